package io.sluice.sizing;

import java.util.Map;

/**
 * List prices in US dollars, region us-east-1: S3 Standard by https://aws.amazon.com/s3/pricing/,
 * keys by https://aws.amazon.com/kms/pricing/. Discounts, other regions and classes differ.
 */
final class S3Prices {
  /** PUT, COPY, POST and LIST; parts of an upload are PUTs, its begin and end are POSTs. */
  static final double WRITE = 0.005 / 1000;

  /** GET, HEAD and all others. */
  static final double READ = 0.0004 / 1000;

  /** A GB (of 10^9 bytes) for a month, of the first 50 TB. */
  static final double STORAGE = 0.023;

  /** A request to KMS. With bucket keys there is nearly none. */
  static final double KMS = 0.03 / 10_000;

  /** The mean month. */
  static final double DAYS = 365.0 / 12;

  private S3Prices() {}

  static double price(S3Request request) {
    return request.writes() ? WRITE : READ;
  }

  /** What requests cost. */
  static double cost(Map<S3Request, Double> requests) {
    double cost = 0;
    for (Map.Entry<S3Request, Double> entry : requests.entrySet()) {
      cost += entry.getValue() * price(entry.getKey());
    }
    return cost;
  }
}
