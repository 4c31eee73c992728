{{- define "hotline.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" }}{{ end -}}
{{- end -}}

{{/* What a release is selected by. */}}
{{- define "hotline.release" -}}
app.kubernetes.io/name: hotline
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* (root, service, part): what the pods of one process are selected by. */}}
{{- define "hotline.selector" -}}
{{ include "hotline.release" .root }}
app.kubernetes.io/component: {{ .part }}
hotline/service: {{ .service }}
{{- end -}}

{{/* (root, service, part) */}}
{{- define "hotline.labels" -}}
{{ include "hotline.selector" . }}
{{ include "hotline.common" .root }}
{{- end -}}

{{- define "hotline.common" -}}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: hotline
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{/* (root, service, part): dispatch's api is RELEASE-dispatch-api; gateway and door have no part. */}}
{{- define "hotline.process" -}}
{{ include "hotline.name" .root }}-{{ .service }}{{ if ne .service .part }}-{{ .part }}{{ end }}
{{- end -}}

{{/* The services that this release runs, as a map. */}}
{{- define "hotline.services" -}}
{{- if .Values.frontOf.release }}{{ dict | toYaml }}{{ else }}{{ .Values.services | toYaml }}{{ end -}}
{{- end -}}

{{/* Where each service is asked: NAME_ADDRESS. A name stands for all its pods, to which calls go by turns. */}}
{{- define "hotline.addresses" -}}
{{- $prefix := include "hotline.name" . -}}
{{- $suffix := printf "%s.svc" .Release.Namespace -}}
{{- if .Values.frontOf.release -}}
{{- $prefix = .Values.frontOf.release -}}
{{- $suffix = printf "%s.svc" (required "frontOf.namespace" .Values.frontOf.namespace) -}}
{{- end -}}
{{- range $service, $_ := .Values.services }}
{{ $service | upper }}_ADDRESS: dns:///{{ $prefix }}-{{ $service }}-api.{{ $suffix }}:50051
{{- end }}
{{- end -}}

{{- define "hotline.image" -}}
{{- if .Values.image.digest }}{{ .Values.image.repository }}@{{ .Values.image.digest }}{{ else }}{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end -}}
{{- end -}}

{{- define "hotline.secret.public" -}}{{ .Values.secrets.publicKeys | default (printf "%s-public-keys" (include "hotline.name" .)) }}{{- end -}}
{{- define "hotline.secret.identity" -}}{{ .Values.secrets.identity | default (printf "%s-identity" (include "hotline.name" .)) }}{{- end -}}
{{- define "hotline.secret.first" -}}{{ .Values.secrets.first | default (printf "%s-first" (include "hotline.name" .)) }}{{- end -}}
{{/* (root, service) */}}
{{- define "hotline.secret.key" -}}{{ .root.Values.secrets.keysPrefix | default (printf "%s-key" (include "hotline.name" .root)) }}-{{ .service }}{{- end -}}
{{- define "hotline.secret.tls" -}}{{ .root.Values.tls.secretPrefix | default (printf "%s-tls" (include "hotline.name" .root)) }}-{{ .service }}{{- end -}}

{{- define "hotline.postgres.secret" -}}{{ .Values.postgresql.secret | default (printf "%s-postgres" (include "hotline.name" .)) }}{{- end -}}
{{- define "hotline.postgres.host" -}}
{{- if eq .Values.postgresql.mode "external" }}{{ required "postgresql.host: the name of the server" .Values.postgresql.host }}
{{- else if eq .Values.postgresql.mode "operator" }}{{ include "hotline.name" . }}-postgres-rw
{{- else }}{{ include "hotline.name" . }}-postgres{{ end -}}
{{- end -}}
{{- define "hotline.postgres.sslmode" -}}{{ if eq .Values.postgresql.mode "evaluation" }}disable{{ else }}{{ .Values.postgresql.sslmode }}{{ end }}{{- end -}}
{{- define "hotline.postgres.ca" -}}
{{- if ne (include "hotline.postgres.sslmode" .) "verify-full" }}
{{- else if eq .Values.postgresql.mode "operator" }}{{ .Values.postgresql.caSecret | default (printf "%s-postgres-ca" (include "hotline.name" .)) }}
{{- else }}{{ required "postgresql.caSecret: verify-full is held against its ca.crt" .Values.postgresql.caSecret }}{{ end -}}
{{- end -}}

{{- define "hotline.rabbitmq.secret" -}}
{{- if eq .Values.rabbitmq.mode "operator" }}{{ include "hotline.name" . }}-rabbitmq-default-user
{{- else }}{{ .Values.rabbitmq.secret | default (printf "%s-rabbitmq" (include "hotline.name" .)) }}{{ end -}}
{{- end -}}
{{- define "hotline.rabbitmq.host" -}}
{{- if eq .Values.rabbitmq.mode "external" }}{{ required "rabbitmq.host: the name of the server" .Values.rabbitmq.host }}{{ else }}{{ include "hotline.name" . }}-rabbitmq{{ end -}}
{{- end -}}
{{- define "hotline.rabbitmq.tls" -}}{{ if and .Values.rabbitmq.tls (ne .Values.rabbitmq.mode "evaluation") }}true{{ end }}{{- end -}}
{{- define "hotline.rabbitmq.port" -}}
{{- if eq .Values.rabbitmq.mode "external" }}{{ .Values.rabbitmq.port }}{{ else if include "hotline.rabbitmq.tls" . }}5671{{ else }}5672{{ end -}}
{{- end -}}
{{- define "hotline.rabbitmq.uri" -}}
{{- printf "%s://$(AMQP_USER):$(AMQP_PASSWORD)@%s:%s/%s" (ternary "amqps" "amqp" (eq (include "hotline.rabbitmq.tls" .) "true")) (include "hotline.rabbitmq.host" .) (include "hotline.rabbitmq.port" .) (trimPrefix "/" .Values.rabbitmq.vhost | urlquery | replace "+" "%20") -}}
{{- end -}}
