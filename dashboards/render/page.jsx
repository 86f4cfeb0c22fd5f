// A dashboard, drawn with Grafana's own component library: field options, value mappings, thresholds, units, transformations and
// panels are Grafana's. The state timeline is not in that library: its colours and texts are Grafana's, its drawing is ours.
import React from 'react';
import { createRoot } from 'react-dom/client';
import * as data from '@grafana/data';
import * as UI from '@grafana/ui';
import { TableNG } from '@grafana/ui/unstable';
import { initPluginTranslations } from '@grafana/i18n';
import { lastValueFrom } from 'rxjs';
import { frames, rangeOf } from './query.js';
import { StateTimeline } from './timeline.jsx';

const request = new URLSearchParams(location.search);
const theme = data.createTheme({ colors: { mode: request.get('theme') } });
const width = Number(request.get('width'));
const column = width / 24, row = 36, gap = 8;
const troubles = [];

// The registries that Grafana itself fills when it starts.
const processors = {
  unit: data.unitOverrideProcessor, min: data.numberOverrideProcessor, max: data.numberOverrideProcessor,
  decimals: data.numberOverrideProcessor, displayName: data.displayNameOverrideProcessor, noValue: data.identityOverrideProcessor,
  thresholds: data.thresholdsOverrideProcessor, mappings: data.valueMappingsOverrideProcessor, color: data.identityOverrideProcessor,
  links: data.identityOverrideProcessor,
};
const custom = ['align', 'axisLabel', 'axisPlacement', 'cellOptions', 'drawStyle', 'fillOpacity', 'filterable', 'hideFrom', 'inspect',
  'lineInterpolation', 'lineWidth', 'minWidth', 'showPoints', 'spanNulls', 'stacking', 'thresholdsStyle', 'width', 'wrapText'];
const item = (id, process, isCustom) => ({
  id: isCustom ? `custom.${id}` : id, path: id, name: id, isCustom, process, shouldApply: () => true, override: () => null, editor: () => null,
});
const fieldConfigRegistry = new data.Registry(() => [
  ...Object.entries(processors).map(([id, process]) => item(id, process, false)),
  ...custom.map((id) => item(id, data.identityOverrideProcessor, true)),
]);
data.standardTransformersRegistry.setInit(() => ['merge', 'organize'].map((id) => {
  const transformer = Object.values(data.standardTransformers).find((it) => it?.id === id);
  return { id, name: id, transformation: async () => transformer, editor: () => null };
}));

async function prepare(panel) {
  let series = (await Promise.all(panel.targets.map((target) => frames(request, panel, target, width * panel.gridPos.w / 24)))).flat();
  if (panel.transformations) series = await lastValueFrom(data.transformDataFrame(panel.transformations, series));
  series = data.applyFieldOverrides({
    data: series, fieldConfig: panel.fieldConfig, replaceVariables: (text) => text, theme, timeZone: 'utc', fieldConfigRegistry,
  });
  data.cacheFieldDisplayNames(series); // tables look for titles there
  return series;
}

function values(panel, series) {
  return data.getFieldDisplayValues({
    fieldConfig: panel.fieldConfig, reduceOptions: panel.options.reduceOptions, replaceVariables: (text) => text, theme, data: series, timeZone: 'utc',
  });
}

const kinds = {
  stat: ({ panel, series, width, height }) => {
    const shown = values(panel, series);
    const wide = (width - gap * (shown.length - 1)) / shown.length;
    return (
      <div style={{ display: 'flex', gap }}>
        {shown.map((value, index) => (
          <UI.BigValue key={index} width={wide} height={height} value={value.display} theme={theme} colorMode={panel.options.colorMode}
            graphMode="none" textMode={panel.options.textMode} justifyMode={panel.options.justifyMode} text={panel.options.text}
            wideLayout={panel.options.wideLayout} count={shown.length} />
        ))}
      </div>
    );
  },
  bargauge: ({ panel, series, width, height }) => {
    const shown = values(panel, series);
    const high = Math.min(44, (height - gap * (shown.length - 1)) / shown.length);
    return (
      <div style={{ display: 'flex', flexDirection: 'column', gap }}>
        {shown.map((value, index) => (
          <UI.BarGauge key={index} width={width} height={high} value={value.display} field={value.field}
            display={value.view?.getFieldDisplayProcessor?.(value.colIndex)} orientation="horizontal" displayMode={panel.options.displayMode}
            namePlacement={panel.options.namePlacement} valueDisplayMode={panel.options.valueMode} showUnfilled theme={theme}
            alignmentFactors={data.getDisplayValueAlignmentFactors(shown)} />
        ))}
      </div>
    );
  },
  table: ({ panel, series, width, height }) => (
    <TableNG data={series[0]} width={width} height={height} cellHeight="sm" sortBy={panel.options.sortBy} noHeader={false}
      fieldConfig={panel.fieldConfig} columnMinWidth={60} structureRev={1} enableVirtualization={false} />
  ),
  timeseries: ({ panel, series, width, height }) => (
    <UI.TimeSeries frames={series} width={width} height={height} timeRange={rangeOf(request)} timeZone="utc" legend={panel.options.legend} structureRev={1} />
  ),
  'state-timeline': (props) => <StateTimeline {...props} range={rangeOf(request)} theme={theme} />,
};

function Content({ panel, series, width, height }) {
  // As Grafana does it: a stat shows the text in its place, everything else instead of the panel.
  const empty = series.every((frame) => frame.length === 0);
  if (empty && panel.type !== 'stat') {
    return <div style={{ height, display: 'flex', alignItems: 'center', justifyContent: 'center', color: theme.colors.text.secondary }}>{panel.fieldConfig.defaults.noValue ?? 'No data'}</div>;
  }

  const Kind = kinds[panel.type];
  return <Kind panel={panel} series={series} width={width} height={height} />;
}

class Boundary extends React.Component {
  state = {};
  static getDerivedStateFromError(error) { return { error }; }
  componentDidCatch(error) { troubles.push(`${this.props.title}: ${error.message}`); }
  render() { return this.state.error ? <pre>{String(this.state.error.stack)}</pre> : this.props.children; }
}

function Dashboard({ dashboard, panels }) {
  const bottom = Math.max(...dashboard.panels.map((panel) => panel.gridPos.y + panel.gridPos.h));
  return (
    <div id="dashboard" style={{ width: width + gap, height: 44 + bottom * row, position: 'relative', background: theme.colors.background.canvas }}>
      <div style={{ position: 'absolute', left: gap, right: gap, top: 10, fontSize: 16, display: 'flex', justifyContent: 'space-between' }}>
        <span>{dashboard.title}{request.has('instance') ? `: ${request.get('instance')}` : ''}</span>
        <span style={{ fontSize: 13, color: theme.colors.text.secondary }}>{dashboard.description}</span>
      </div>
      {panels.map(([panel, series]) => {
        const { x, y, w, h } = panel.gridPos;
        return (
          <div key={panel.id} style={{ position: 'absolute', left: gap + x * column, top: 44 + y * row }}>
            <Boundary title={panel.title}>
              <UI.PanelChrome title={panel.title} description={panel.description} width={w * column - gap} height={h * row - gap}>
                {(wide, high) => <Content panel={panel} series={series} width={wide} height={high} />}
              </UI.PanelChrome>
            </Boundary>
          </div>
        );
      })}
    </div>
  );
}

async function main() {
  await initPluginTranslations('grafana-ui');
  const dashboard = await (await fetch(request.get('dashboard'))).json();
  const panels = await Promise.all(dashboard.panels.map(async (panel) => {
    try {
      return [panel, await prepare(panel)];
    } catch (error) {
      troubles.push(`${panel.title}: ${error.message}`);
      return [panel, []];
    }
  }));
  createRoot(document.getElementById('root')).render(
    <data.ThemeContext.Provider value={theme}><UI.GlobalStyles /><UI.PortalContainer /><Dashboard dashboard={dashboard} panels={panels} /></data.ThemeContext.Provider>);
  // Fonts and canvases take a moment after the components stand.
  setTimeout(() => { window.drawn = { troubles }; }, 2500);
}

main().catch((error) => { window.drawn = { troubles: [error.stack] }; });
