{{- define "firstword.name" -}}
{{- printf "%s-firstword" .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "firstword.selector" -}}
app.kubernetes.io/name: firstword
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "firstword.labels" -}}
{{ include "firstword.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}
