/**
 * What runs in the pods of the end-to-end test in Kubernetes (runners/flink/kubernetes/e2e): a
 * broker and an S3 server in place of Strimzi's and MinIO's, and the producer of its events.
 */
package io.sluice.local.e2e;
