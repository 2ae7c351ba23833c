{{/* The name that stands at the start of every object's name. Leaves room for "-query-understanding". */}}
{{- define "askmesh.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 42 | trimSuffix "-" -}}
{{- else if contains "askmesh" .Release.Name -}}
{{- .Release.Name | trunc 42 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-askmesh" .Release.Name | trunc 42 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* The name of a service's objects. Takes a dict of root and name. */}}
{{- define "askmesh.objectName" -}}
{{- printf "%s-%s" (include "askmesh.fullname" .root) .name -}}
{{- end -}}

{{/* The labels by which a service's pods are found. They never change. Takes a dict of root and name. */}}
{{- define "askmesh.selectorLabels" -}}
app.kubernetes.io/name: {{ .root.Values.nameOverride | default .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .name }}
{{- end -}}

{{/* The labels of a service's objects. Takes a dict of root and name. */}}
{{- define "askmesh.labels" -}}
{{ include "askmesh.selectorLabels" . }}
app.kubernetes.io/part-of: askmesh
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* The image, by digest if there is one. Takes the root. */}}
{{- define "askmesh.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{- printf "%s@%s" .repository .digest -}}
{{- else -}}
{{- printf "%s:%s" .repository (.tag | default $.Chart.AppVersion) -}}
{{- end -}}
{{- end -}}
{{- end -}}
