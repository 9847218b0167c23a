//! The lobby of one branch.

fn main() -> std::process::ExitCode {
    lobby::cli::main()
}
