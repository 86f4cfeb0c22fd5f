// Bars of states over time: a row a series, a bar for as long as the value stays.
import React from 'react';
import { getFieldDisplayName } from '@grafana/data';

const names = 215, axis = 22;

export function StateTimeline({ series, width, height, range, theme }) {
  const from = range.from.valueOf(), to = range.to.valueOf();
  const left = (time) => names + (time - from) / (to - from) * (width - names);
  const row = Math.min(34, (height - axis) / series.length);
  return (
    <div style={{ position: 'relative', width, height, fontSize: 12 }}>
      {series.map((frame, index) => (
        <div key={index} style={{ position: 'absolute', top: index * row, height: row * 0.8, width }}>
          <span style={{ position: 'absolute', width: names - 8, top: row * 0.4 - 9, overflow: 'hidden', whiteSpace: 'nowrap', textOverflow: 'ellipsis' }}>
            {getFieldDisplayName(frame.fields[1], frame, series)}
          </span>
          {bars(frame, to).map(({ value, start, end }) => {
            const shown = frame.fields[1].display(value);
            const wide = left(end) - left(start);
            const label = `${shown.text}${shown.suffix ?? ''}`;
            return (
              <div key={start} style={{
                position: 'absolute', left: left(start), width: wide, height: row * 0.8, background: theme.visualization.getColorByName(shown.color ?? 'text'), opacity: 0.85,
                color: theme.colors.getContrastText(theme.visualization.getColorByName(shown.color ?? 'text')), lineHeight: `${row * 0.8}px`, paddingLeft: 4, overflow: 'hidden', whiteSpace: 'nowrap',
              }}>
                {wide > 8 * label.length ? label : ''}
              </div>
            );
          })}
        </div>
      ))}
      {Array.from({ length: 7 }, (_, index) => from + (to - from) * index / 6).map((time, index) => (
        <span key={time} style={{ position: 'absolute', bottom: 0, left: left(time), color: theme.colors.text.secondary, transform: index === 6 ? 'translateX(-100%)' : index === 0 ? '' : 'translateX(-50%)' }}>
          {new Date(time).toISOString().slice(11, 16)}
        </span>
      ))}
    </div>
  );
}

function bars(frame, to) {
  const [time, value] = frame.fields;
  const found = [];
  for (let index = 0; index < frame.length; index++) {
    const last = found.at(-1);
    const end = time.values[index + 1] ?? to;
    if (value.values[index] === null) continue;
    if (last?.value === value.values[index] && last.end === time.values[index]) last.end = end;
    else found.push({ value: value.values[index], start: time.values[index], end });
  }

  return found;
}
