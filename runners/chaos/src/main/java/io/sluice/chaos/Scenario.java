package io.sluice.chaos;

import static io.sluice.chaos.Load.Partition.IDLE;
import static io.sluice.chaos.Load.Partition.SCATTERED;
import static io.sluice.chaos.Load.Partition.STEADY;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What is done to the pipeline in one run, and on what topic. */
enum Scenario {
  KILL(
      1,
      false,
      List.of(STEADY, STEADY, STEADY),
      Fault.KILL_TASKMANAGER,
      Fault.KILL_JOBMANAGER,
      Fault.KILL_BOTH,
      Fault.KILL_TWICE,
      Fault.KILL_AFTER_RESTORE),
  COMMIT(
      1,
      false,
      List.of(STEADY, STEADY, STEADY),
      Fault.KILL_BEFORE_COMMIT,
      Fault.KILL_IN_COMMIT,
      Fault.KILL_AFTER_COMMIT,
      Fault.LARGE_RECORDS),
  SAVEPOINT(
      1,
      false,
      List.of(STEADY, STEADY, STEADY, STEADY),
      Fault.OLD_SAVEPOINT,
      Fault.SCALE_UP,
      Fault.SCALE_DOWN),
  STATELESS(
      1,
      false,
      List.of(STEADY, STEADY, STEADY),
      Fault.RESTART_FROM_LAKE,
      Fault.RESTART_FROM_EARLIEST,
      Fault.NEXT_CONTRACT),
  TWO_JOBS(
      2, false, List.of(STEADY, STEADY, STEADY), Fault.KILL_TASKMANAGER, Fault.RESTART_FROM_LAKE),
  BROKER(
      1,
      false,
      List.of(STEADY, STEADY),
      Fault.TRANSACTIONS,
      Fault.BROKER_KILL,
      Fault.ADD_PARTITION,
      Fault.BROKER_FREEZE),
  COMPACTION(
      1,
      true,
      List.of(STEADY, STEADY),
      Fault.TRANSACTIONS,
      Fault.RESTART_FROM_EARLIEST,
      Fault.KILL_TASKMANAGER),
  S3(
      1,
      false,
      List.of(STEADY, STEADY),
      Fault.S3_ERRORS,
      Fault.S3_RESETS,
      Fault.S3_SLOW,
      Fault.S3_RACES,
      Fault.S3_EXPIRED_UPLOADS,
      Fault.S3_CLOCK,
      Fault.S3_CREDENTIALS,
      Fault.S3_HANG),
  CHECKPOINT(
      1,
      false,
      List.of(STEADY, STEADY),
      Fault.CHECKPOINT_DISK_FULL,
      Fault.CHECKPOINT_FAILS,
      Fault.DECODER_THROWS),
  INPUT(1, false, List.of(STEADY, STEADY), Fault.ODD_TIMES, Fault.ODD_VALUES, Fault.FOREIGN_FILES),
  HOST(
      1,
      false,
      List.of(STEADY, STEADY),
      Fault.METRICS_PORT_TAKEN,
      Fault.S3_REFUSES,
      Fault.CLOCK_AHEAD),
  /** Records by a schema that evolves all the time, of Avro where no format is asked for. */
  EVOLVING_SCHEMA(
      1,
      false,
      List.of(STEADY, STEADY, STEADY),
      Fault.REGISTRY_KILL,
      Fault.REGISTRY_FREEZE,
      Fault.REGISTRY_AND_WORKERS,
      Fault.NEXT_SCHEMAS,
      Fault.RESTART_FROM_EARLIEST),
  PARTITIONS(1, false, List.of(STEADY, IDLE, SCATTERED), Fault.BEHIND, Fault.KILL_TASKMANAGER),
  MEMORY(
      1, false, List.of(STEADY, STEADY, STEADY), Fault.BACKLOG, Fault.HUGE_RECORD, Fault.ALL_DEAD),
  /** Tables of Iceberg that follow the lake of two jobs. */
  TABLES(
      2,
      false,
      List.of(STEADY, STEADY),
      Fault.CATALOG_KILL,
      Fault.CATALOG_FREEZE,
      Fault.CATALOG_LOSES_ANSWERS,
      Fault.CATALOG_ERRORS,
      Fault.KILL_IN_TABLE_COMMIT,
      Fault.COMPACT_AND_ERASE,
      Fault.S3_RESETS,
      Fault.RESTART_FROM_LAKE),
  /** Everything at once that needs no tables. */
  MIXED(
      2,
      false,
      List.of(STEADY, STEADY, STEADY, IDLE, SCATTERED),
      Arrays.stream(Fault.values()).filter(fault -> !fault.needsTables()).toArray(Fault[]::new));

  private final int jobs;
  private final boolean compacted;
  private final List<Load.Partition> partitions;
  private final List<Fault> faults;

  Scenario(int jobs, boolean compacted, List<Load.Partition> partitions, Fault... faults) {
    this.jobs = jobs;
    this.compacted = compacted;
    this.partitions = partitions;
    this.faults = List.of(faults);
  }

  /** How many jobs read the topic into the same lake, all the time. */
  int jobs() {
    return jobs;
  }

  /** Whether Kafka may remove records that are replaced by later ones. */
  boolean compacted() {
    return compacted;
  }

  List<Load.Partition> partitions() {
    return partitions;
  }

  /** The format of its events, where no other is asked for. */
  ChaosFormat format() {
    return this == EVOLVING_SCHEMA ? ChaosFormat.AVRO : ChaosFormat.JSON;
  }

  /** Whether events of a format can be what it is about. */
  boolean fits(ChaosFormat format) {
    return this != EVOLVING_SCHEMA || format.hasSchemas();
  }

  /** Its faults that can be where events are of a format. */
  List<Fault> faults(ChaosFormat format) {
    return faults.stream().filter(fault -> fault.fits(format)).toList();
  }

  /** Whether tables follow the lake, and are judged in its place. */
  boolean hasTables() {
    return this == TABLES;
  }

  /** As it is written on the command line. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static String labels() {
    return Arrays.stream(values()).map(Scenario::label).collect(Collectors.joining(", "));
  }
}
