{{/*
What the services are: their ports, the services that they call, the endpoints that they use,
which models they load, whether they talk to the language model, and whether clients call them. Ports, environment and network policies follow from it.
A sticky service remembers what a caller did before: without Redis, a caller should find the same pod again.
*/}}
{{- define "askmesh.mesh" -}}
gateway:
  port: 7400
  metricsPort: 7500
  healthPort: 7600
  calls: [query-understanding, retrieval, reranking, summarization]
  endpoints: [redis]
  models: []
  public: true
  sticky: true
ingestion:
  port: 7401
  metricsPort: 7501
  healthPort: 7601
  calls: []
  endpoints: [mongodb, redis]
  models: [bge-small-en-v1.5]
  public: true
  sticky: false
query-understanding:
  port: 7402
  metricsPort: 7502
  healthPort: 7602
  calls: []
  endpoints: [triton]
  models: []
  languageModel: true
  public: false
  sticky: false
retrieval:
  port: 7403
  metricsPort: 7503
  healthPort: 7603
  calls: []
  endpoints: [mongodb, redis]
  models: [bge-small-en-v1.5]
  public: false
  sticky: false
reranking:
  port: 7404
  metricsPort: 7504
  healthPort: 7604
  calls: []
  endpoints: [redis]
  models: [ms-marco-minilm-l12]
  public: false
  sticky: false
summarization:
  port: 7405
  metricsPort: 7505
  healthPort: 7605
  calls: []
  endpoints: [triton]
  models: []
  languageModel: true
  public: false
  sticky: false
{{- end -}}

{{/*
The models that a service's pods load, as JSON. The profiles of some language models need their files, which have
the same names. Takes a dict of root and name.
*/}}
{{- define "askmesh.models" -}}
{{- $is := get (include "askmesh.mesh" . | fromYaml) .name -}}
{{- $named := .root.Values.languageModel -}}
{{- $withFiles := list "qwen2.5-coder-1.5b-instruct" "qwen2.5-coder-0.5b-instruct" "smollm2-135m-instruct" -}}
{{- $models := $is.models -}}
{{- if $is.languageModel -}}
{{- range eq .name "summarization" | ternary $named.models list | default (list $named) -}}
{{- if and (has .profile $withFiles) (not (has .profile $models)) -}}
{{- $models = append $models .profile -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $models | toJson -}}
{{- end -}}

{{/* The language models that write, as summarization reads them: JSON. Takes the root. */}}
{{- define "askmesh.languageModels" -}}
{{- $all := list -}}
{{- range $number, $model := .Values.languageModel.models -}}
{{- $entry := dict -}}
{{- range $key, $value := omit $model "existingSecret" "tls" -}}
{{- $_ := set $entry (snakecase $key) $value -}}
{{- end -}}
{{- with $model.existingSecret -}}
{{- $_ := set $entry "key_file" (printf "/var/run/askmesh/model-%d/%s" $number .key) -}}
{{- end -}}
{{- with $model.tls -}}
{{- $folder := printf "/var/run/askmesh/model-%d-tls" $number -}}
{{- $_ := set $entry "triton_authority_file" (printf "%s/ca.crt" $folder) -}}
{{- if .clientCertificate -}}
{{- $_ := set $entry "triton_certificate_file" (printf "%s/tls.crt" $folder) -}}
{{- $_ := set $entry "triton_key_file" (printf "%s/tls.key" $folder) -}}
{{- end -}}
{{- end -}}
{{- $all = append $all $entry -}}
{{- end -}}
{{- $all | toJson -}}
{{- end -}}

{{/* Where language models have servers of their own, as JSON: hosts with ports. Takes the root. */}}
{{- define "askmesh.languageModelHosts" -}}
{{- $named := .Values.languageModel -}}
{{- $hosts := list -}}
{{- range $named.models | default (list (dict "address" $named.profile)) -}}
{{- $address := .address | default "" -}}
{{- if contains "#" $address -}}
{{- $host := regexReplaceAll "^[a-z+]+://" $address "" | splitList "#" | first | splitList "/" | first -}}
{{- if regexMatch ":[0-9]+$" $host -}}
{{- $hosts = append $hosts $host -}}
{{- else -}}
{{- $hosts = append $hosts (printf "%s:%s" $host (hasPrefix "https:" $address | ternary "443" "80")) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $hosts | toJson -}}
{{- end -}}

{{/* Not empty if a service's pods find models: a profile may name files of the claim. Takes a dict of root and name. */}}
{{- define "askmesh.hasModels" -}}
{{- $is := get (include "askmesh.mesh" . | fromYaml) .name -}}
{{- if or (include "askmesh.models" . | fromJsonArray) (and $is.languageModel .root.Values.models.existingClaim) -}}
true
{{- end -}}
{{- end -}}

{{/* The start of a service's environment variables, such as QUERY_UNDERSTANDING_. */}}
{{- define "askmesh.prefix" -}}
{{- printf "%s_" (. | snakecase | upper) -}}
{{- end -}}

{{/* A setting as text: whole numbers without a fraction or an exponent. */}}
{{- define "askmesh.settingText" -}}
{{- if and (kindIs "float64" .) (eq . (floor .)) -}}
{{- printf "%d" (int64 .) -}}
{{- else -}}
{{- toString . -}}
{{- end -}}
{{- end -}}

{{/* An environment variable for an endpoint that may be in a Secret. Takes a dict of variable, endpoint and otherwise. */}}
{{- define "askmesh.endpointVariable" -}}
- name: {{ .variable }}
{{- if .endpoint.existingSecret.name }}
  valueFrom:
    secretKeyRef:
      name: {{ .endpoint.existingSecret.name }}
      key: {{ .endpoint.existingSecret.key }}
{{- else }}
  value: {{ .endpoint.address | default .otherwise | quote }}
{{- end }}
{{- end -}}

{{/* The environment variables that the chart sets itself. Takes a dict of root, name and service. */}}
{{- define "askmesh.environment" -}}
{{- $mesh := include "askmesh.mesh" . | fromYaml -}}
{{- $prefix := include "askmesh.prefix" .name -}}
{{- $endpoints := .root.Values.endpoints -}}
{{- with get $mesh .name -}}
- name: {{ $prefix }}ADDRESS
  value: "0.0.0.0:{{ .port }}"
- name: {{ $prefix }}METRICS_ADDRESS
  value: "0.0.0.0:{{ .metricsPort }}"
- name: {{ $prefix }}DRAIN_SECONDS
  value: {{ include "askmesh.settingText" $.service.drainSeconds | quote }}
- name: {{ $prefix }}OTLP_ENDPOINT
  value: {{ $endpoints.collector | quote }}
- name: {{ $prefix }}PROFILES_URL
  value: {{ $endpoints.profiles | quote }}
{{ include "askmesh.tlsEnvironment" $ }}
- name: {{ $prefix }}TENANTS
  value: {{ join "," $.root.Values.tenants | quote }}
{{- if include "askmesh.hasModels" $ }}
- name: ASKMESH_HOME
  value: /var/lib/askmesh
{{- end }}
{{- if .languageModel }}
- name: {{ $prefix }}TRITON_MODEL
  value: {{ $.root.Values.languageModel.tritonModel | quote }}
- name: {{ $prefix }}PROFILE
  value: {{ $.root.Values.languageModel.profile | quote }}
{{- end }}
{{- if eq $.name "summarization" }}
- name: {{ $prefix }}MODELS
  value: {{ include "askmesh.languageModels" $.root | quote }}
- name: {{ $prefix }}CURRENCY
  value: {{ $.root.Values.languageModel.currency | quote }}
{{- end }}
{{- range .calls }}
- name: {{ $prefix }}{{ . | snakecase | upper }}_ADDRESS
  value: "dns:///{{ include "askmesh.objectName" (dict "root" $.root "name" .) }}:{{ (get $mesh .).port }}"
{{- end }}
{{- if has "mongodb" .endpoints }}
{{ include "askmesh.endpointVariable" (dict "variable" (printf "%sDOCUMENTS" $prefix) "endpoint" $endpoints.mongodb "otherwise" "") }}
{{- end }}
{{- if has "redis" .endpoints }}
{{ include "askmesh.endpointVariable" (dict "variable" (printf "%sCACHE" $prefix) "endpoint" $endpoints.redis "otherwise" "memory:") }}
{{- end }}
{{- $authentication := $.root.Values.authentication }}
{{- $guarded := eq $authentication.mode "credentials" }}
{{- if .public }}
- name: {{ $prefix }}AUTHENTICATION
  value: {{ $authentication.mode }}
- name: {{ $prefix }}KEY_FILE
  value: {{ empty $authentication.keys.existingSecret.name | not | and $guarded | ternary (printf "/var/run/askmesh/keys/%s" $authentication.keys.existingSecret.key) "" | quote }}
{{- range list "issuer" "audience" "keysUrl" "userClaim" "tenantClaim" "groupsClaim" "rolesClaim" }}
- name: {{ $prefix }}OIDC_{{ . | snakecase | upper }}
  value: {{ get $authentication.oidc . | quote }}
{{- end }}
{{- else }}
- name: {{ $prefix }}AUTHENTICATION
  value: {{ $guarded | ternary "signed" "insecure-none" }}
- name: {{ $prefix }}VERIFYING_KEY_FILE
  value: {{ $guarded | ternary "/var/run/askmesh/mesh/public.pem" "" | quote }}
{{- end }}
{{- if eq $.name "gateway" }}
- name: {{ $prefix }}SIGNING_KEY_FILE
  value: {{ $guarded | ternary "/var/run/askmesh/mesh/private.pem" "" | quote }}
- name: {{ $prefix }}EDITION
  value: {{ dict "languageModel" $.root.Values.languageModel "image" $.root.Values.image | toJson | sha256sum | trunc 12 | quote }}
{{- end }}
{{- if and (has "triton" .endpoints) $endpoints.triton }}
- name: {{ $prefix }}TRITON_ADDRESS
  value: {{ $endpoints.triton | quote }}
{{- end }}
{{- end }}
{{- range $setting, $value := .service.settings }}
- name: {{ $prefix }}{{ $setting | snakecase | upper }}
  value: {{ include "askmesh.settingText" $value | quote }}
{{- end }}
{{- end -}}

{{/* What the "restricted" pod security standard asks of a container, and a file system that cannot be written. */}}
{{- define "askmesh.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* What a service's pods reach outside of the mesh: keys of networkPolicy.egress. Takes a dict of root, name and service. */}}
{{- define "askmesh.outside" -}}
{{- $is := get (include "askmesh.mesh" . | fromYaml) .name -}}
{{- $endpoints := .root.Values.endpoints -}}
{{- range $is.endpoints }}
{{- $endpoint := get $endpoints . }}
{{- if kindIs "string" $endpoint }}
{{- if $endpoint }}
- {{ . }}
{{- end }}
{{- else if or $endpoint.address $endpoint.existingSecret.name }}
- {{ . }}
{{- end }}
{{- end }}
{{- if and $is.public .root.Values.authentication.oidc.issuer }}
- oidc
{{- end }}
{{- if and (eq .name "summarization") (include "askmesh.languageModelHosts" .root | fromJsonArray) }}
- languageModels
{{- end }}
{{- if $endpoints.collector }}
- collector
{{- end }}
{{- if $endpoints.profiles }}
- profiles
{{- end }}
{{- if and (include "askmesh.models" . | fromJsonArray) (not .root.Values.models.existingClaim) }}
- models
{{- end }}
- dns
{{- end -}}

{{/* The Secrets that a service's pods get, as JSON: name of the volume to Secret and keys. Takes a dict of root and name. */}}
{{- define "askmesh.credentials" -}}
{{- $is := get (include "askmesh.mesh" . | fromYaml) .name -}}
{{- $authentication := .root.Values.authentication -}}
{{- $secrets := dict -}}
{{- if eq $authentication.mode "credentials" -}}
{{- if or (eq .name "gateway") (not $is.public) -}}
{{- $key := eq .name "gateway" | ternary "private.pem" "public.pem" -}}
{{- $_ := set $secrets "mesh" (dict "secret" $authentication.mesh.existingSecret.name "keys" (list $key)) -}}
{{- end -}}
{{- if and $is.public $authentication.keys.existingSecret.name -}}
{{- $_ := set $secrets "keys" (dict "secret" $authentication.keys.existingSecret.name "keys" (list $authentication.keys.existingSecret.key)) -}}
{{- end -}}
{{- end -}}
{{- $tls := .root.Values.tls -}}
{{- if $tls.enabled -}}
{{- $own := include "askmesh.tlsSecret" . -}}
{{- $all := list "tls.crt" "tls.key" "ca.crt" -}}
{{- $hasEdge := and $is.public $tls.edge.existingSecret.name -}}
{{- if or (eq .name "gateway") (not $hasEdge) -}}
{{- $_ := set $secrets "tls" (dict "secret" $own "keys" $all) -}}
{{- end -}}
{{- if $hasEdge -}}
{{- $_ := set $secrets "edge-tls" (dict "secret" $tls.edge.existingSecret.name "keys" $all) -}}
{{- end -}}
{{- end -}}
{{- range $kind, $endpoint := $tls.endpoints -}}
{{- if and $endpoint.existingSecret.name (or (has $kind $is.endpoints) (eq $kind "collector")) -}}
{{- $shown := eq $kind "mongodb" | ternary (list "tls-combined.pem") (list "tls.crt" "tls.key") -}}
{{- $keys := $endpoint.clientCertificate | ternary (concat (list "ca.crt") $shown) (list "ca.crt") -}}
{{- $_ := set $secrets $kind (dict "secret" $endpoint.existingSecret.name "keys" $keys) -}}
{{- end -}}
{{- end -}}
{{- if eq .name "summarization" -}}
{{- range $number, $model := .root.Values.languageModel.models -}}
{{- with $model.existingSecret -}}
{{- $_ := set $secrets (printf "model-%d" $number) (dict "secret" .name "keys" (list .key)) -}}
{{- end -}}
{{- with $model.tls -}}
{{- $keys := .clientCertificate | ternary (list "ca.crt" "tls.crt" "tls.key") (list "ca.crt") -}}
{{- $_ := set $secrets (printf "model-%d-tls" $number) (dict "secret" .existingSecret.name "keys" $keys) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $secrets | toJson -}}
{{- end -}}

{{/* The name of the Secret with a service's certificate. Takes a dict of root and name. */}}
{{- define "askmesh.tlsSecret" -}}
{{- .root.Values.tls.existingSecret.name | default (printf "%s-tls" (include "askmesh.objectName" .)) -}}
{{- end -}}

{{/* Three variables that name the files of a volume. Takes a dict of prefix, volume, authority and certificate. */}}
{{- define "askmesh.tlsFiles" -}}
- name: {{ .prefix }}_AUTHORITY_FILE
  value: {{ .authority | ternary (printf "/var/run/askmesh/%s/ca.crt" .volume) "" | quote }}
- name: {{ .prefix }}_CERTIFICATE_FILE
  value: {{ .certificate | ternary (printf "/var/run/askmesh/%s/tls.crt" .volume) "" | quote }}
- name: {{ .prefix }}_KEY_FILE
  value: {{ .certificate | ternary (printf "/var/run/askmesh/%s/tls.key" .volume) "" | quote }}
{{- end -}}

{{/* The variables by which a service connects. Takes a dict of root and name. */}}
{{- define "askmesh.tlsEnvironment" -}}
{{- $is := get (include "askmesh.mesh" . | fromYaml) .name -}}
{{- $prefix := include "askmesh.prefix" .name -}}
{{- $tls := .root.Values.tls -}}
{{- $volume := and $is.public (not (empty $tls.edge.existingSecret.name)) | ternary "edge-tls" "tls" -}}
{{- $callers := $is.public | ternary $tls.edge.callers ($tls.enabled | ternary "certified" "insecure-plain") -}}
{{ include "askmesh.tlsFiles" (dict "prefix" (printf "%sTLS" $prefix) "volume" $volume "authority" $tls.enabled "certificate" $tls.enabled) }}
- name: {{ $prefix }}TLS_CALLERS
  value: {{ $callers | quote }}
{{- if not $is.public }}
{{- $gateway := include "askmesh.objectName" (dict "root" .root "name" "gateway") }}
{{- $issued := and $tls.enabled $tls.certManager.enabled | ternary (printf "dns:%s.%s.svc" $gateway .root.Release.Namespace) "" }}
- name: {{ $prefix }}CALLER_NAMES
  value: {{ join "," $tls.callerNames | default $issued | quote }}
{{- end }}
- name: {{ $prefix }}HEALTH_ADDRESS
  value: {{ $tls.enabled | ternary (printf "0.0.0.0:%d" (int $is.healthPort)) "" | quote }}
{{- if eq .name "gateway" }}
{{ include "askmesh.tlsFiles" (dict "prefix" (printf "%sUPSTREAM_TLS" $prefix) "volume" "tls" "authority" $tls.enabled "certificate" $tls.enabled) }}
{{- end }}
{{- $kinds := dict "collector" "OTLP" }}
{{- if has "triton" $is.endpoints }}
{{- $_ := set $kinds "triton" "TRITON" }}
{{- end }}
{{- range $kind, $setting := $kinds }}
{{- $endpoint := get $tls.endpoints $kind }}
{{- $named := not (empty $endpoint.existingSecret.name) }}
{{ include "askmesh.tlsFiles" (dict "prefix" (printf "%s%s" $prefix $setting) "volume" $kind "authority" $named "certificate" (and $named $endpoint.clientCertificate)) }}
{{- end }}
{{- end -}}

{{/* Where a service's pods find their Secrets. Takes a dict of root and name. */}}
{{- define "askmesh.credentialMounts" -}}
{{- range $volume, $_ := include "askmesh.credentials" . | fromJson }}
- name: {{ $volume }}
  mountPath: /var/run/askmesh/{{ $volume }}
  readOnly: true
{{- end }}
{{- end -}}

{{/* The volumes of these Secrets. Takes a dict of root and name. */}}
{{- define "askmesh.credentialVolumes" -}}
{{- range $volume, $from := include "askmesh.credentials" . | fromJson }}
- name: {{ $volume }}
  secret:
    secretName: {{ $from.secret }}
    items:
      {{- range $from.keys }}
      - key: {{ . }}
        path: {{ . }}
      {{- end }}
{{- end }}
{{- end -}}
