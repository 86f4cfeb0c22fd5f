// What Grafana's data source for Prometheus makes of a target: data frames.
import { dateTime, FieldType } from '@grafana/data';

export function rangeOf(request) {
  const end = Number(request.get('end')), start = end - Number(request.get('hours')) * 3600;
  return { from: dateTime(start * 1000), to: dateTime(end * 1000), raw: { from: dateTime(start * 1000), to: dateTime(end * 1000) } };
}

export async function frames(request, panel, target, pixels) {
  const range = rangeOf(request), from = range.from.unix(), to = range.to.unix();
  const step = stepOf(to - from, pixels);
  const query = target.expr.replaceAll('$__rate_interval', `${Math.max(4 * Number(request.get('scrape')), step)}s`)
    .replaceAll('$__range', `${to - from}s`).replaceAll('$cluster', '.*').replaceAll('$job', '.+').replaceAll('$instance', request.get('instance') ?? '.+');
  const values = panel.targets.length > 1 ? `Value #${target.refId}` : 'Value';
  if (target.instant) {
    const result = await ask(request, 'query', { query, time: to });
    return target.format === 'table' ? [table(target, values, result)] : result.map((it) => single(target, it));
  }

  const start = from - (from % step), end = to;
  return (await ask(request, 'query_range', { query, start, end, step })).map((it) => series(target, it, start, end, step));
}

/** About a point a pixel, in steps that divide days. */
function stepOf(seconds, pixels) {
  const steps = [15, 30, 60, 120, 240, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400];
  return steps.find((it) => it >= seconds / pixels) ?? 86400;
}

async function ask(request, path, parameters) {
  const answer = await (await fetch(`${request.get('prometheus')}/api/v1/${path}?${new URLSearchParams(parameters)}`)).json();
  if (answer.status !== 'success') throw new Error(answer.error);
  return answer.data.result;
}

function table(target, values, result) {
  const labels = [...new Set(result.flatMap((it) => Object.keys(it.metric)))];
  return {
    refId: target.refId, length: result.length, fields: [
      { name: 'Time', type: FieldType.time, config: {}, values: result.map((it) => it.value[0] * 1000) },
      ...labels.map((name) => ({ name, type: FieldType.string, config: {}, values: result.map((it) => it.metric[name] ?? '') })),
      { name: values, type: FieldType.number, config: {}, values: result.map((it) => Number(it.value[1])) },
    ],
  };
}

const single = (target, it) => frame(target, it, [it.value[0] * 1000], [Number(it.value[1])]);

function series(target, it, start, end, step) {
  const known = new Map(it.values.map(([time, value]) => [time, Number(value)]));
  const times = Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, index) => start + index * step);
  return frame(target, it, times.map((time) => time * 1000), times.map((time) => known.get(time) ?? null));
}

function frame(target, it, times, values) {
  const name = target.legendFormat === '__auto' ? undefined : target.legendFormat?.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label) => it.metric[label] ?? '');
  return {
    refId: target.refId, name, length: times.length, fields: [
      { name: 'Time', type: FieldType.time, config: {}, values: times },
      { name: 'Value', type: FieldType.number, labels: it.metric, config: { displayNameFromDS: name }, values },
    ],
  };
}
