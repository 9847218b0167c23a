import { expect, test } from 'vitest';
import { numberOf, Reader } from './reader.ts';

function type(text: string, gap: number, reader = new Reader()): ReturnType<Reader['take']>[] {
  return [...text, 'Enter'].map((key, place) => reader.take({ key, timeStamp: place * gap }));
}

test('fast keys and Enter are a reading, slow ones a person', () => {
  expect(type('11010519491231002X', 5).at(-1)).toEqual({ reading: '11010519491231002X' });
  expect(type('11010519491231002X', 200).at(-1)).toBe('other');
  expect(type('12', 5).at(-1)).toBe('other');
});

test('what came before a pause, and control keys, belong to no reading', () => {
  const reader = new Reader();
  reader.take({ key: '9', timeStamp: 0 });
  const keys = ['Shift', ...'622848', 'Enter'].map((key, place) => reader.take({ key, timeStamp: 1_000 + place }));
  expect(keys.at(-1)).toEqual({ reading: '622848' });
  expect(reader.take({ key: 'Enter', timeStamp: 1_010 })).toBe('other'); // nothing is kept
});

test('a stripe gives its number and no name', () => {
  expect(numberOf('%B6228480402564890018^LI/LEI^30121010000?;6228480402564890018=30121010000?')).toBe('6228480402564890018');
  expect(numberOf('%B6228480402564890018^LI/LEI^30121010000?')).toBe('6228480402564890018');
  expect(numberOf(' 11010519491231002X')).toBe('11010519491231002X');
});
