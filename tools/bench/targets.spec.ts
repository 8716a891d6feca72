import { describe, expect, it } from 'vitest';
import type { ContenderId, Result } from './contest.ts';
import { judge } from './targets.ts';

function result(id: ContenderId, seconds: number, fileBytes: number | null = null, peakBytes = 0): Result {
  return {
    id,
    title: id,
    seconds,
    range: [seconds, seconds],
    cpuSeconds: seconds,
    serverCpuSeconds: 0,
    peakBytes,
    fileBytes,
    wal: { bytes: 0, pageImages: 0 },
  };
}

describe('judge', () => {
  it('asks for half the time of pg_dump -Fc and a file no larger', () => {
    const verdicts = judge([result('create', 5, 100), result('dump', 10, 99)], []);
    expect(verdicts.find(({ what }) => what === 'create / pg_dump -Fc')).toMatchObject({
      value: 0.5,
      met: true,
    });
    expect(verdicts.find(({ what }) => what.startsWith('file of create /'))).toMatchObject({ met: false });
    const slower = judge([result('create', 5.1, 99), result('dump', 10, 99)], []);
    expect(slower.find(({ what }) => what === 'create / pg_dump -Fc')).toMatchObject({ met: false });
    expect(slower.find(({ what }) => what.startsWith('file of create /'))).toMatchObject({ met: true });
  });

  it('lets encryption and a bucket cost half as much again as the plain backup', () => {
    const verdictAt = (seconds: number) =>
      judge([result('create-local', 10), result('create-s3', seconds)], []).find(({ what }) =>
        what.includes('S3'),
      );
    expect(verdictAt(15)).toMatchObject({ value: 1.5, atMost: 1.5, met: true });
    expect(verdictAt(15.1)).toMatchObject({ met: false });
  });

  it('says nothing about what was not measured', () => {
    expect(judge([], [])).toEqual([]);
    expect(judge([result('dump', 10, 99)], [])).toEqual([]);
  });

  it('takes the highest peak of our own processes, and not of the tools', () => {
    const verdicts = judge(
      [result('replace', 5, null, 99), result('create', 5, 1, 100), result('dump', 5, 1, 2 ** 40)],
      [],
    );
    expect(verdicts.find(({ unit }) => unit === 'bytes')).toMatchObject({ value: 100, met: true });
    const much = judge([result('replace', 5, null, 257 * 2 ** 20)], []);
    expect(much.find(({ unit }) => unit === 'bytes')).toMatchObject({ met: false });
  });

  it('compares memory of the largest school with the smallest, in whatever order they come', () => {
    const small = { tableBytes: 50e6, create: 100, createJobs: 100, replace: 100 };
    const large = { tableBytes: 1e9, create: 110, createJobs: 111, replace: 90 };
    const met = judge([], [large, small])
      .filter(({ unit }) => unit === 'ratio')
      .map(verdict => verdict.met);
    expect(met).toEqual([true, false, true]);
  });
});
