{{- define "passthru.name" -}}
{{- .Values.fullnameOverride | default .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end }}

{{- define "passthru.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "passthru.labels" -}}
{{ include "passthru.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- /* Groups of a rule file, each rule as the values want it: what is said of its row in tuning.conf goes before what is said of its name. */ -}}
{{- define "passthru.groups" -}}
{{- $values := .values }}
{{- $groups := list }}
{{- range $group := (.file | fromYaml).groups }}
  {{- $rules := list }}
  {{- range $rule := $group.rules }}
    {{- $wanted := dict "enabled" true }}
    {{- with $row := $rule.alert }}
      {{- $name := first (splitList "/" $row) }}
      {{- $wanted = mergeOverwrite $wanted (deepCopy (get $values.alerts $name | default dict)) (deepCopy (get $values.alerts $row | default dict)) }}
      {{- $_ := set $rule "alert" $name }}
      {{- with $wanted.severity }}{{ $_ := set $rule.labels "severity" . }}{{ end }}
      {{- with $wanted.labels }}{{ $_ := mergeOverwrite $rule.labels . }}{{ end }}
      {{- with $wanted.for }}{{ $_ := set $rule "for" . }}{{ end }}
      {{- with $wanted.keepFiringFor }}{{ $_ := set $rule "keep_firing_for" . }}{{ end }}
      {{- with $values.runbookUrl }}{{ $_ := set $rule.annotations "runbook_url" (replace "@alert@" $name .) }}{{ end }}
    {{- end }}
    {{- if $wanted.enabled }}{{ $rules = append $rules $rule }}{{ end }}
  {{- end }}
  {{- with $rules }}{{ $groups = append $groups (mergeOverwrite $group (dict "rules" .)) }}{{ end }}
{{- end }}
{{- toYaml $groups }}
{{- end }}
