// hdr-histogram-js reads what the harness writes (V2 compressed), and says the same of it:
// node check-histograms.mjs RUN-DIRECTORY, where a load run wrote its report.json and latency.hlog.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import hdr from 'hdr-histogram-js';
import { conclude } from './judge.mjs';

const BUCKETS = { bitBucketSize: 64, useWebAssembly: false };
const decode = (text) => hdr.decodeFromCompressedBase64(text, BUCKETS.bitBucketSize, BUCKETS.useWebAssembly);

/** Every metric of a report: its percentiles are those of its histogram. */
function checkReport(report) {
  for (const metric of report.metrics) {
    const histogram = decode(metric.histogram);
    const name = `${metric.family}.${metric.kind}`;
    assert.equal(histogram.totalCount, metric.count, `${name} count`);
    for (const [percentile, member] of [[50, 'p50Us'], [90, 'p90Us'], [95, 'p95Us'], [99, 'p99Us'], [99.9, 'p999Us'], [99.99, 'p9999Us']])
      assert.equal(histogram.getValueAtPercentile(percentile), metric[member], `${name} ${member}`);
    assert.ok(Math.abs(histogram.mean - metric.meanUs) <= Math.max(0.06, metric.meanUs * 1e-6), `${name} mean: ${histogram.mean}, not ${metric.meanUs}`);
  }
  return report.metrics.length;
}

const sample = fileURLToPath(new URL('../../schemas/examples/valid/load-report/pass.json', import.meta.url));
let metrics = checkReport(JSON.parse(readFileSync(sample, 'utf8')));
let lines = 0;
if (process.argv[2]) {
  const report = JSON.parse(readFileSync(`${process.argv[2]}/report.json`, 'utf8'));
  metrics += checkReport(report);
  const sums = new Map();
  for (const line of readFileSync(`${process.argv[2]}/latency.hlog`, 'utf8').split('\n').filter((one) => one.startsWith('Tag='))) {
    const [tag, , , , text] = line.slice(4).split(',');
    const histogram = decode(text);
    if (sums.has(tag)) sums.get(tag).add(histogram);
    else sums.set(tag, histogram);
    lines++;
  }
  // The log's seconds add up to the report's whole.
  for (const metric of report.metrics) {
    const labels = Object.entries(metric.labels).map(([name, value]) => `;${name}=${value}`).join('');
    const sum = sums.get(`${metric.family}.${metric.kind}${labels}`);
    assert.ok(sum, `${metric.family}.${metric.kind}${labels} is in the log`);
    assert.equal(sum.totalCount, metric.count);
    assert.equal(sum.getValueAtPercentile(99), metric.p99Us);
  }
}

conclude(`histograms: ${metrics} of reports and ${lines} lines of logs, read by hdr-histogram-js`);
