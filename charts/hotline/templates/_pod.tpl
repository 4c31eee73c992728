{{/* Pod Security "restricted", for every pod of ours. */}}
{{- define "hotline.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "hotline.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities: {drop: [ALL]}
{{- end -}}

{{/* (root, service, part): whose data it opens: what speaks to PostgreSQL, to RabbitMQ. */}}
{{- define "hotline.usesStore" -}}{{ if has .part (list "api" "worker" "link" "job" "prepare") }}true{{ end }}{{- end -}}
{{- define "hotline.usesBroker" -}}{{ if eq .part "worker" }}true{{ end }}{{- end -}}
{{/* Whether it asks or is asked by gRPC. */}}
{{- define "hotline.usesTls" -}}{{ if and (ne .root.Values.tls.mode "off") (not (has .part (list "job" "prepare"))) }}true{{ end }}{{- end -}}
{{- define "hotline.holdsKey" -}}{{ if not (has .part (list "door" "test")) }}true{{ end }}{{- end -}}

{{/* (root, service, part): whether it speaks to the identity provider. */}}
{{- define "hotline.asksIdentityProvider" -}}
{{ if and .root.Values.identityProvider.secret (or (eq .part "gateway") (and (eq .service "directory") (eq .part "api"))) }}true{{ end }}
{{- end -}}

{{/* (root, service, part): environment beside the settings. */}}
{{- define "hotline.environment" -}}
{{- $root := .root -}}
{{- $own := dig .service (dict) $root.Values.services -}}
{{- if include "hotline.usesStore" . }}
- name: DATABASE_PASSWORD
  valueFrom: {secretKeyRef: {name: {{ include "hotline.postgres.secret" $root }}, key: services-password}}
{{- end }}
{{- if eq .part "prepare" }}
- name: PGUSER
  valueFrom: {secretKeyRef: {name: {{ include "hotline.postgres.secret" $root }}, key: username}}
- name: PGPASSWORD
  valueFrom: {secretKeyRef: {name: {{ include "hotline.postgres.secret" $root }}, key: password}}
{{- end }}
{{- if include "hotline.usesBroker" . }}
- name: AMQP_USER
  valueFrom: {secretKeyRef: {name: {{ include "hotline.rabbitmq.secret" $root }}, key: username}}
- name: AMQP_PASSWORD
  valueFrom: {secretKeyRef: {name: {{ include "hotline.rabbitmq.secret" $root }}, key: password}}
- name: AMQP_URI
  value: {{ include "hotline.rabbitmq.uri" $root | quote }}
{{- end }}
{{- if or (eq .part "prepare") (dig "identityKeys" false $own) }}
- name: IDENTITY_KEYS
  valueFrom: {secretKeyRef: {name: {{ include "hotline.secret.identity" $root }}, key: keys}}
{{- end }}
{{- if or (eq .part "prepare") (and (eq .part "test") $root.Values.tests.life) }}
- name: FIRST_PASSWORDS
  valueFrom: {secretKeyRef: {name: {{ include "hotline.secret.first" $root }}, key: seed}}
{{- end }}
{{- if eq .part "gateway" }}
{{- range $name, $value := $root.Values.gateway.environment }}
- {name: {{ $name }}, value: {{ $value | quote }}}
{{- end }}
{{- end }}
{{- if include "hotline.asksIdentityProvider" . | trim }}
- {name: IDENTITY_PROVIDER, value: /identity/{{ $root.Values.identityProvider.name }}}
{{- end }}
{{- with dig "file" "secret" "" $own }}
- name: {{ $own.file.variable }}
  value: /settings/{{ $own.file.name }}
{{- end }}
{{- end -}}

{{/* (root, service, part) */}}
{{- define "hotline.mounts" -}}
{{- $root := .root -}}
- {name: scratch, mountPath: /tmp}
- {name: scratch, mountPath: /data, subPath: data}
{{- if include "hotline.holdsKey" . }}
- {name: keys, mountPath: /keys, readOnly: true}
{{- end }}
{{- if include "hotline.usesTls" . }}
- {name: tls, mountPath: /tls, readOnly: true}
{{- end }}
{{- if and (include "hotline.usesStore" .) (include "hotline.postgres.ca" $root) }}
- {name: postgres-ca, mountPath: /authorities/postgres, readOnly: true}
{{- end }}
{{- if and (include "hotline.usesBroker" .) (include "hotline.rabbitmq.tls" $root) $root.Values.rabbitmq.caSecret }}
- {name: rabbitmq-ca, mountPath: /authorities/rabbitmq, readOnly: true}
{{- end }}
{{- if dig .service "file" "secret" "" $root.Values.services }}
- {name: settings, mountPath: /settings, readOnly: true}
{{- end }}
{{- if include "hotline.asksIdentityProvider" . | trim }}
- {name: identity, mountPath: /identity, readOnly: true}
{{- end }}
{{- end -}}

{{/* (root, service, part) */}}
{{- define "hotline.volumes" -}}
{{- $root := .root -}}
- name: scratch
  emptyDir: {sizeLimit: 512Mi}
{{- if include "hotline.holdsKey" . }}
- name: keys
  projected:
    defaultMode: 0440
    sources:
      - secret: {name: {{ include "hotline.secret.public" $root }}}
      - secret: {name: {{ include "hotline.secret.key" (dict "root" $root "service" (ternary "directory" .service (eq .part "prepare"))) }}}
{{- end }}
{{- if include "hotline.usesTls" . }}
- name: tls
  secret: {secretName: {{ include "hotline.secret.tls" (dict "root" $root "service" (ternary "door" .service (eq .part "test"))) }}, defaultMode: 0440}
{{- end }}
{{- if and (include "hotline.usesStore" .) (include "hotline.postgres.ca" $root) }}
- name: postgres-ca
  secret: {secretName: {{ include "hotline.postgres.ca" $root }}, defaultMode: 0440, items: [{key: ca.crt, path: ca.crt}]}
{{- end }}
{{- if and (include "hotline.usesBroker" .) (include "hotline.rabbitmq.tls" $root) $root.Values.rabbitmq.caSecret }}
- name: rabbitmq-ca
  secret: {secretName: {{ $root.Values.rabbitmq.caSecret }}, defaultMode: 0440, items: [{key: ca.crt, path: ca.crt}]}
{{- end }}
{{- with dig .service "file" "secret" "" $root.Values.services }}
- name: settings
  secret: {secretName: {{ . }}, defaultMode: 0440}
{{- end }}
{{- if include "hotline.asksIdentityProvider" . | trim }}
- name: identity
  secret: {secretName: {{ $root.Values.identityProvider.secret }}, defaultMode: 0440}
{{- end }}
{{- end -}}

{{/* (root, service, part): what all our pods share. */}}
{{- define "hotline.podCommon" -}}
{{- $root := .root -}}
serviceAccountName: {{ include "hotline.name" $root }}{{ if eq .part "prepare" }}-prepare{{ end }}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  {{- include "hotline.podSecurity" $root | nindent 2 }}
{{- with $root.Values.image.pullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with $root.Values.defaults.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with $root.Values.defaults.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with $root.Values.defaults.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}

{{/* (root, service, part, command): a container of our image, without ports and probes. */}}
{{- define "hotline.container" -}}
{{- $root := .root -}}
image: {{ include "hotline.image" $root }}
imagePullPolicy: {{ $root.Values.image.pullPolicy }}
args: {{ .command | toJson }}
{{- if eq .part "prepare" }}
{{- /* It may run before anything else is installed. */}}
env:
  {{- range $name, $value := omit (include "hotline.settings" $root | fromYaml) "TLS" }}
  - {name: {{ $name }}, value: {{ $value | quote }}}
  {{- end }}
  {{- include "hotline.environment" . | nindent 2 }}
{{- else }}
envFrom:
  - configMapRef: {name: {{ include "hotline.name" $root }}-settings}
{{- with include "hotline.environment" . | trim }}
env:
  {{- . | nindent 2 }}
{{- end }}
{{- end }}
volumeMounts:
  {{- include "hotline.mounts" . | nindent 2 }}
securityContext:
  {{- include "hotline.containerSecurity" $root | nindent 2 }}
{{- end -}}

{{/* (root, service, part): how a process is asked how it is. */}}
{{- define "hotline.probes" -}}
{{- if has .part (list "api" "door") }}
startupProbe: {grpc: {port: 50052}, periodSeconds: 2, failureThreshold: 60}
readinessProbe: {grpc: {port: 50052}, periodSeconds: 5, timeoutSeconds: 3}
livenessProbe: {grpc: {port: 50052}, periodSeconds: 15, timeoutSeconds: 5, failureThreshold: 4}
{{- else if eq .part "gateway" }}
startupProbe: {httpGet: {path: /livez, port: http}, periodSeconds: 2, failureThreshold: 60}
readinessProbe: {httpGet: {path: /livez, port: http}, periodSeconds: 5, timeoutSeconds: 3}
livenessProbe: {httpGet: {path: /livez, port: http}, periodSeconds: 15, timeoutSeconds: 5, failureThreshold: 4}
{{- else }}
startupProbe: {httpGet: {path: /livez, port: metrics}, periodSeconds: 2, failureThreshold: 60}
readinessProbe: {httpGet: {path: /healthz, port: metrics}, periodSeconds: 5, timeoutSeconds: 3}
livenessProbe: {httpGet: {path: /livez, port: metrics}, periodSeconds: 15, timeoutSeconds: 5, failureThreshold: 4}
{{- end }}
{{- end -}}

{{/* (root, service, part, values) */}}
{{- define "hotline.ports" -}}
- {name: metrics, containerPort: 9100}
{{- if has .part (list "api" "door") }}
- {name: grpc, containerPort: 50051}
- {name: health, containerPort: 50052}
{{- else if eq .part "gateway" }}
- {name: http, containerPort: 8080}
{{- end }}
{{- range $name, $port := dig "ports" (dict) .values }}
- {name: {{ $name }}, containerPort: {{ $port }}}
{{- end }}
{{- end -}}

{{/* (root, part): how its number is scaled, if it is. */}}
{{- define "hotline.scaled" -}}
{{- $scaling := .root.Values.autoscaling -}}
{{- if or (and $scaling.cpu.enabled (has .part (list "api" "door" "gateway"))) (and $scaling.queues.enabled (eq .part "worker")) }}true{{ end }}
{{- end -}}

{{/* (root, service, part, command, values) */}}
{{- define "hotline.deployment" -}}
{{- $root := .root -}}
{{- $defaults := $root.Values.defaults -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "hotline.process" . }}
  labels: {{ include "hotline.labels" . | nindent 4 }}
spec:
  {{- if not (include "hotline.scaled" .) }}
  replicas: {{ dig "replicas" $defaults.replicas .values }}
  {{- end }}
  revisionHistoryLimit: 3
  strategy:
    rollingUpdate: {maxSurge: 1, maxUnavailable: 0}
  selector:
    matchLabels: {{ include "hotline.selector" . | nindent 6 }}
  template:
    metadata:
      labels: {{ include "hotline.labels" . | nindent 8 }}
      annotations:
        checksum/settings: {{ include "hotline.settings" $root | sha256sum }}
        {{- with $defaults.annotations }}{{ toYaml . | nindent 8 }}{{ end }}
    spec:
      {{- include "hotline.podCommon" . | nindent 6 }}
      terminationGracePeriodSeconds: {{ $defaults.graceSeconds }}
      topologySpreadConstraints:
        {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
        - maxSkew: 1
          topologyKey: {{ . }}
          whenUnsatisfiable: {{ ternary $defaults.topologySpread "ScheduleAnyway" (eq . "kubernetes.io/hostname") }}
          labelSelector:
            matchLabels: {{ include "hotline.selector" $ | nindent 14 }}
        {{- end }}
      {{- if and (include "hotline.usesStore" .) (ne $root.Values.postgresql.mode "external") }}
      initContainers:
        - name: wait
          {{- include "hotline.container" (merge (dict "command" (list "chassis.prepare" "--wait" .service)) .) | nindent 10 }}
          resources: {requests: {cpu: 50m, memory: 128Mi}, limits: {memory: 256Mi}}
      {{- end }}
      containers:
        - name: {{ .part }}
          {{- include "hotline.container" . | nindent 10 }}
          ports:
            {{- include "hotline.ports" . | nindent 12 }}
          {{- include "hotline.probes" . | nindent 10 }}
          lifecycle:
            preStop: {sleep: {seconds: {{ $defaults.preStopSeconds }}}}
          resources: {{ dig "resources" $defaults.resources .values | toYaml | nindent 12 }}
      volumes:
        {{- include "hotline.volumes" . | nindent 8 }}
{{- end -}}

{{/* (root, service, part, ports, headless, extra) */}}
{{- define "hotline.service" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "hotline.process" . }}
  labels: {{ include "hotline.labels" . | nindent 4 }}
  {{- with dig "annotations" (dict) .extra }}
  annotations: {{ toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- if .headless }}
  clusterIP: None
  {{- else }}
  type: {{ dig "type" "ClusterIP" .extra }}
  {{- end }}
  selector: {{ include "hotline.selector" . | nindent 4 }}
  ports: {{ toYaml .ports | nindent 4 }}
{{- end -}}
