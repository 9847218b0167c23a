// A refusal in words for people, by the code of the problem.
import { traditionalRefusals } from 'virtual:traditional';
import type { Problem } from '../api.ts';
import { say, type Language } from './index.ts';
import { refusals } from './words/refusals.ts';

/** Chinese by the code; English is the lobby's own sentence. */
export function explain(problem: Problem, language: Language): string {
  const chinese = { 'zh-CN': refusals, 'zh-Hant': traditionalRefusals, en: undefined }[language];
  return chinese?.[problem.code] ?? (problem.detail || say(language, 'refused_generic', { status: problem.status }));
}
