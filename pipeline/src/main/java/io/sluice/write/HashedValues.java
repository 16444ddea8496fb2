package io.sluice.write;

import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;

/**
 * Adds the values of a column to its Bloom filter on their way to another consumer. Parquet's own
 * filters of numbers have no size between 64 KiB and none, and take 0.0 and -0.0 for two values.
 */
final class HashedValues extends RecordConsumer {
  private final RecordConsumer out;
  private final BloomFilterHashes hashes;

  HashedValues(RecordConsumer out, BloomFilterHashes hashes) {
    this.out = out;
    this.hashes = hashes;
  }

  @Override
  public void startMessage() {
    out.startMessage();
  }

  @Override
  public void endMessage() {
    out.endMessage();
  }

  @Override
  public void startField(String field, int index) {
    out.startField(field, index);
  }

  @Override
  public void endField(String field, int index) {
    out.endField(field, index);
  }

  @Override
  public void startGroup() {
    out.startGroup();
  }

  @Override
  public void endGroup() {
    out.endGroup();
  }

  @Override
  public void addInteger(int value) {
    hashes.add(value);
    out.addInteger(value);
  }

  @Override
  public void addLong(long value) {
    hashes.add(value);
    out.addLong(value);
  }

  @Override
  public void addBoolean(boolean value) {
    throw new IllegalStateException("the contract's parser refuses a Bloom filter of booleans");
  }

  @Override
  public void addBinary(Binary value) {
    byte[] bytes = value.getBytesUnsafe();
    hashes.add(bytes, 0, bytes.length);
    out.addBinary(value);
  }

  @Override
  public void addFloat(float value) {
    hashes.add(value);
    out.addFloat(value);
  }

  @Override
  public void addDouble(double value) {
    hashes.add(value);
    out.addDouble(value);
  }
}
