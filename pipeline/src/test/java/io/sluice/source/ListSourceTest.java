package io.sluice.source;

import java.util.UUID;

/** The example keeps what a source has to keep. */
class ListSourceTest extends SourceContract {
  /** A source of a name. */
  ListSource make(String name) {
    return new ListSource(name);
  }

  @Override
  protected Source create(int partitions) {
    ListSource source = make(UUID.randomUUID().toString());
    source.create(partitions);
    return source;
  }

  @Override
  protected Source again(Source source) {
    return make(source.name());
  }

  @Override
  protected Source createAnew(Source source) {
    ((ListSource) source).create(3);
    return again(source);
  }

  @Override
  protected void send(Source source, int partition, SourceRecord record) {
    ((ListSource) source).send(partition, record);
  }

  @Override
  protected void abort(Source source, int partition) {
    ((ListSource) source).leaveOut(partition);
  }

  @Override
  protected void deleteBefore(Source source, int partition, long offset) {
    ((ListSource) source).deleteBefore(partition, offset);
  }
}
