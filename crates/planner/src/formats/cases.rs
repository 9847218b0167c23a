//! Format `cases`: queues with known answers. What a case is follows from its `params` alone, never from its name.

use super::{FormatError, TimeUnit};
use crate::cases::{Case, CaseResult, Class, Discipline, Points, Service, ServiceShape};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A file of format `cases`, ready to be simulated case by case.
#[derive(Clone, Debug, PartialEq)]
pub struct CasesFile {
    /// In the order of the file.
    pub cases: Vec<Case>,
}

/// The answer to `cases`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CasesAnswer {
    /// In the order of the file.
    pub cases: Vec<CaseAnswer>,
}

/// What was found of one case.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CaseAnswer {
    /// As in the file.
    pub id: String,
    /// By class, in the case's time unit.
    pub mean_wait: Vec<f64>,
    /// Share of all customers that had to wait.
    pub p_wait: f64,
    /// How long the simulation took.
    pub seconds: f64,
}

impl CaseAnswer {
    /// The answer for a case; the caller has the clock.
    pub fn new(case: &Case, found: CaseResult, seconds: f64) -> Self {
        CaseAnswer { id: case.id.clone(), mean_wait: found.mean_wait, p_wait: found.p_wait, seconds }
    }
}

#[derive(Deserialize)]
struct RawFile {
    time_unit: Option<TimeUnit>,
    cases: Vec<Value>,
}

#[derive(Deserialize)]
struct RawCase {
    time_unit: Option<TimeUnit>,
    params: Params,
    check: Check,
}

#[derive(Deserialize)]
struct Check {
    run_customers: u64,
    warmup_customers: Option<u64>,
}

/// A number for all classes, or one for each.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum PerClass {
    All(f64),
    Each(Vec<f64>),
}

#[derive(Deserialize)]
struct Params {
    arrival_rate: Option<PerClass>,
    arrival_rates: Option<PerClass>,
    service_mean: Option<PerClass>,
    service_means: Option<PerClass>,
    service_cv: Option<PerClass>,
    service_cvs: Option<PerClass>,
    mu_log: Option<PerClass>,
    sigma_log: Option<PerClass>,
    service: Option<String>,
    servers: Option<usize>,
    rates: Option<PerClass>,
    head_start: Option<PerClass>,
    order: Option<Value>,
    no_show: Option<PerClass>,
    no_show_time: Option<PerClass>,
}

/// Servers of one case; their next one is found by looking at all.
const MAX_SERVERS: usize = 10_000;
/// Customers of one case.
const MAX_CUSTOMERS: u64 = 1_000_000_000;
/// Without `warmup_customers`, one customer in so many of `run_customers` is not counted besides.
const WARMUP_PART: u64 = 40;

/// Reads a file of format `cases`.
///
/// # Errors
/// The first mistake, with the id of its case.
pub fn read_cases(text: &str) -> Result<CasesFile, FormatError> {
    let file: RawFile = serde_json::from_str(text)?;
    if file.cases.is_empty() {
        return Err(FormatError::new("`cases` is empty: there is nothing to simulate"));
    }
    let unit = file.time_unit.unwrap_or(TimeUnit::Minute);
    let cases = file.cases.iter().enumerate().map(|(index, raw)| {
        let id = raw.get("id").and_then(Value::as_str);
        let id = id.ok_or_else(|| FormatError::new(format!("case {index}: no `id`")))?;
        read_case(unit, id, raw).map_err(|e| e.within(format!("case {id}")))
    });
    Ok(CasesFile { cases: cases.collect::<Result<_, _>>()? })
}

fn read_case(unit: TimeUnit, id: &str, raw: &Value) -> Result<Case, FormatError> {
    let raw = RawCase::deserialize(raw)?;
    let params = &raw.params;
    let count = params.class_count()?;
    let classes = (0..count).map(|class| params.class(class, count)).collect::<Result<Vec<_>, _>>()?;
    let total: f64 = classes.iter().map(|class| class.arrival_rate).sum();
    let servers = params.servers.unwrap_or(1);
    let customers = raw.check.run_customers;
    for (wrong, sentence) in [
        (total <= 0.0, "nobody ever arrives: every arrival rate is 0"),
        (servers == 0 || servers > MAX_SERVERS, "`servers` lies from 1 to 10,000"),
        (customers == 0 || customers > MAX_CUSTOMERS, "`check.run_customers` lies from 1 to 1,000,000,000"),
    ] {
        if wrong {
            return Err(FormatError::new(sentence));
        }
    }
    Ok(Case {
        id: id.to_owned(),
        classes,
        servers,
        discipline: params.discipline(raw.time_unit.unwrap_or(unit), count)?,
        customers,
        warmup: raw.check.warmup_customers.unwrap_or(customers / WARMUP_PART).min(MAX_CUSTOMERS),
    })
}

impl Params {
    fn arrival_rates(&self) -> Option<&PerClass> {
        self.arrival_rates.as_ref().or(self.arrival_rate.as_ref())
    }

    fn service_means(&self) -> Option<&PerClass> {
        self.service_means.as_ref().or(self.service_mean.as_ref())
    }

    fn service_cvs(&self) -> Option<&PerClass> {
        self.service_cvs.as_ref().or(self.service_cv.as_ref())
    }

    /// As many as there are arrival rates.
    fn class_count(&self) -> Result<usize, FormatError> {
        match self.arrival_rates() {
            None => Err(FormatError::new("`params` without `arrival_rate` or `arrival_rates`")),
            Some(PerClass::Each(each)) if each.is_empty() => Err(FormatError::new("`arrival_rates` is empty")),
            Some(PerClass::Each(each)) => Ok(each.len()),
            Some(PerClass::All(_)) => Ok(1),
        }
    }

    fn class(&self, class: usize, count: usize) -> Result<Class, FormatError> {
        let of = |key: &str, list: Option<&PerClass>| value(key, list, class, count);
        let least =
            |key: &str, list: Option<&PerClass>, default: f64| at_least_nought(key, of(key, list)?.unwrap_or(default));
        let no_show = least("no_show", self.no_show.as_ref(), 0.0)?;
        if no_show > 1.0 {
            return Err(FormatError::new("`no_show` is a probability, at most 1"));
        }
        let cv = of("service_cv", self.service_cvs())?.map(|cv| at_least_nought("service_cv", cv)).transpose()?;
        let mu = of("mu_log", self.mu_log.as_ref())?;
        let sigma = of("sigma_log", self.sigma_log.as_ref())?;
        let mean = of("service_mean", self.service_means())?;
        let mean = mean.map(|mean| at_least_nought("service_mean", mean)).transpose()?;
        Ok(Class {
            arrival_rate: least("arrival_rate", self.arrival_rates(), 0.0)?,
            service: Service {
                shape: self.shape(mean, cv, mu.zip(sigma))?,
                no_show,
                no_show_time: least("no_show_time", self.no_show_time.as_ref(), 0.0)?,
            },
        })
    }

    fn shape(&self, mean: Option<f64>, cv: Option<f64>, logs: Option<(f64, f64)>) -> Result<ServiceShape, FormatError> {
        let need =
            |what: Option<f64>, key: &str| what.ok_or_else(|| FormatError::new(format!("`params` without `{key}`")));
        let log_normal = |cv: f64| Ok(ServiceShape::log_normal(need(mean, "service_mean")?, cv));
        match (self.service.as_deref(), cv, logs) {
            (Some("exponential"), ..) | (Some("mixture") | None, None, None) => {
                Ok(ServiceShape::Exponential(need(mean, "service_mean")?))
            }
            (Some("deterministic" | "constant"), ..) => Ok(ServiceShape::Constant(need(mean, "service_mean")?)),
            (Some("lognormal" | "log-normal" | "mixture") | None, Some(cv), _) => log_normal(cv),
            (Some("lognormal" | "log-normal" | "mixture") | None, None, Some((mu, sigma))) => {
                Ok(ServiceShape::LogNormal { mu, sigma })
            }
            (Some("lognormal" | "log-normal"), None, None) => need(None, "service_cv").map(ServiceShape::Constant),
            (Some(other), ..) => Err(FormatError::new(format!(
                "service `{other}` is not known; it is `exponential`, `lognormal`, `deterministic` or `mixture`"
            ))),
        }
    }

    /// Points where rates or head starts are given, else strict priority, class 0 highest. Rates are points a minute,
    /// whatever the unit of the case.
    fn discipline(&self, unit: TimeUnit, count: usize) -> Result<Discipline, FormatError> {
        if self.rates.is_none() && self.head_start.is_none() {
            return strict_or_fifo(self.order.as_ref(), count);
        }
        let points = (0..count).map(|class| {
            let head_start = value("head_start", self.head_start.as_ref(), class, count)?.unwrap_or(0.0);
            let rate = value("rates", self.rates.as_ref(), class, count)?.unwrap_or(1.0);
            Ok(Points { head_start, rate: at_least_nought("rates", rate)? * unit.minutes() })
        });
        Ok(Discipline::Points(points.collect::<Result<_, FormatError>>()?))
    }
}

fn strict_or_fifo(order: Option<&Value>, count: usize) -> Result<Discipline, FormatError> {
    let unknown = |order: &Value| {
        let sentence =
            "write \"class 0 highest\", \"class 0 lowest\", \"fifo\", or a list of all classes, highest first";
        FormatError::new(format!("order {order} is not known; {sentence}"))
    };
    let ascending = Discipline::Strict((0..count).collect());
    match order {
        None | Some(Value::Null) => Ok(ascending),
        Some(Value::String(text)) => match text.to_lowercase().as_str() {
            "class 0 highest" | "strict" | "priority" => Ok(ascending),
            "class 0 lowest" => Ok(Discipline::Strict((0..count).rev().collect())),
            "fifo" | "fcfs" => Ok(Discipline::Points(vec![Points { head_start: 0.0, rate: 1.0 }; count])),
            _ => Err(unknown(&Value::String(text.clone()))),
        },
        Some(list) => {
            let order: Vec<usize> = Vec::deserialize(list).map_err(|_| unknown(list))?;
            let mut sorted = order.clone();
            sorted.sort_unstable();
            if sorted.into_iter().eq(0..count) { Ok(Discipline::Strict(order)) } else { Err(unknown(list)) }
        }
    }
}

/// What a list says of a class.
fn value(key: &str, list: Option<&PerClass>, class: usize, count: usize) -> Result<Option<f64>, FormatError> {
    match list {
        None => Ok(None),
        Some(PerClass::All(value)) => Ok(Some(*value)),
        Some(PerClass::Each(each)) if each.len() == count => Ok(each.get(class).copied()),
        Some(PerClass::Each(each)) => {
            Err(FormatError::new(format!("`{key}` has {} entries for {count} classes", each.len())))
        }
    }
}

fn at_least_nought(key: &str, value: f64) -> Result<f64, FormatError> {
    let fits = value.is_finite() && value >= 0.0;
    if fits { Ok(value) } else { Err(FormatError::new(format!("`{key}` is {value}; it is not negative"))) }
}
