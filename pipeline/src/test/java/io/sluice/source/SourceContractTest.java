package io.sluice.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each promise of {@link SourceContract} is one that a source can break, and is found to. */
class SourceContractTest {
  /** A source that keeps all promises but one, and the test that finds it. */
  enum Wrong {
    KNOWS_NO_EMPTY_PARTITION(
        "anEmptySourceHasItsPartitionsAndNothingToRead",
        reading(
            lists ->
                new Lists(lists) {
                  @Override
                  public List<Integer> partitions() {
                    return super.partitions().stream().filter(p -> ends().get(p) > 0).toList();
                  }
                })),
    NAMES_NO_GAP(
        "eachOffsetIsARecordOrInAGapAndRecordsAreWhole",
        reading(
            lists ->
                new Lists(lists) {
                  @Override
                  public <E extends Exception> void read(
                      Map<Integer, Long> from, Map<Integer, Long> ends, Reader<E> reader) throws E {
                    super.read(from, ends, record -> reader.read(record));
                  }
                })),
    CALLS_EVERY_GAP_DELETED(
        "gapsSayWhyThereIsNoRecord",
        reading(
            lists ->
                new Seeing(lists) {
                  @Override
                  Gap seen(Gap gap) {
                    return new Gap(gap.partition(), gap.from(), gap.to(), Gap.Why.DELETED);
                  }
                })),
    GIVES_ANOTHER_RECORD_ONCE_THERE_ARE_MORE(
        "aPositionAlwaysNamesTheSameRecord",
        reading(
            lists ->
                new Seeing(lists) {
                  @Override
                  SourceRecord seen(SourceRecord record) {
                    return new SourceRecord(
                        record.source(),
                        record.partition(),
                        record.offset(),
                        record.recordTime(),
                        record.key(),
                        ends().get(1) > 5 ? new byte[] {1} : record.value(),
                        record.headers());
                  }
                })),
    CUTS_WHAT_IS_HUGE(
        "aHugeRecordIsReadWholeAndSoIsTheOneBehindIt",
        reading(
            lists ->
                new Seeing(lists) {
                  @Override
                  SourceRecord seen(SourceRecord record) {
                    byte[] value = record.value();
                    return new SourceRecord(
                        record.source(),
                        record.partition(),
                        record.offset(),
                        record.recordTime(),
                        record.key(),
                        value == null || value.length < 1 << 20
                            ? value
                            : Arrays.copyOf(value, 1 << 20),
                        record.headers());
                  }
                })),
    GOES_ON_WHERE_A_READER_HAS_ENOUGH(
        "aReaderThatHasEnoughOfAPartitionGoesOnWithTheOthers",
        reading(
            lists ->
                new Lists(lists) {
                  @Override
                  public <E extends Exception> void read(
                      Map<Integer, Long> from, Map<Integer, Long> ends, Reader<E> reader) throws E {
                    super.read(
                        from,
                        ends,
                        record -> {
                          reader.read(record);
                          return true;
                        });
                  }
                })),
    ENDS_EARLY_WITHOUT_A_WORD(
        "aRangeThatEndsBehindTheEndFailsAndOneThatBeginsThereIsEmpty",
        reading(
            lists ->
                new Lists(lists) {
                  @Override
                  public <E extends Exception> void read(
                      Map<Integer, Long> from, Map<Integer, Long> ends, Reader<E> reader) throws E {
                    Map<Integer, Long> there = new TreeMap<>(ends);
                    there.replaceAll((p, end) -> Math.min(end, ends().get(p)));
                    super.read(from, there, reader);
                  }
                })),
    STARTS_ANYWHERE(
        "aStartBehindAllThatThereIsIsRefused",
        reading(
            lists ->
                new Lists(lists) {
                  @Override
                  public void requireEnds(Map<Integer, Long> starts) {}
                })),
    REMEMBERS_WHERE_THE_LAST_READER_WAS(
        "aReaderThatIsKilledAtAnyRecordLeavesNothingBehind",
        reading(
            lists ->
                new Lists(lists) {
                  @Override
                  public <E extends Exception> void read(
                      Map<Integer, Long> from, Map<Integer, Long> ends, Reader<E> reader) throws E {
                    Map<Integer, Long> goOn = new TreeMap<>(from);
                    goOn.replaceAll((p, o) -> Math.max(o, GROUP.getOrDefault(id() + "/" + p, 0L)));
                    super.read(
                        goOn,
                        ends,
                        record -> {
                          GROUP.put(id() + "/" + record.partition(), record.offset());
                          return reader.read(record);
                        });
                  }
                })),
    KNOWS_NO_TIMES(
        "aTimeFindsTheFirstRecordThatIsNotBefore",
        reading(
            lists ->
                new Lists(lists) {
                  @Override
                  public Map<Integer, Long> at(long epochMillis) {
                    return ends();
                  }
                })),
    IS_ITS_NAME(
        "anIdentityStaysAndIsAnotherOnceTheSourceIsCreatedAnew",
        reading(
            lists ->
                new Lists(lists) {
                  @Override
                  public SourceId id() {
                    return new SourceId("the name");
                  }
                })),
    GIVES_A_BATCH_TWICE(
        "aJobReadsEachRecordOnceWhateverCameBeforeOrComesWhileItRuns", job(from -> from, true)),
    BEGINS_AT_THE_BEGINNING(
        "aJobBeginsAtAnyOffsetSoThatOneThatWasKilledGoesOn",
        job(
            from -> {
              TreeMap<Integer, Long> offsets = new TreeMap<>(from);
              offsets.replaceAll((partition, offset) -> 2L);
              return offsets;
            },
            false)),
    READS_EVERY_PARTITION(
        "aJobReadsNoPartitionThatItIsNotToRead",
        job(
            from -> {
              TreeMap<Integer, Long> offsets = new TreeMap<>(from);
              offsets.putIfAbsent(0, 2L);
              return offsets;
            },
            false)),
    TAKES_THE_OTHERS_RECORDS_FOR_ITS_OWN(
        "severalAreReadInOneStepAndEachRecordIsOfItsOwnSource",
        together(
            (read, from, others) ->
                new Changed(read.apply(from, others), new RenameFn(from.id())))),
    LEAVES_OUT_WHAT_IT_CANNOT_READ(
        "aSourceOfAnotherKindIsNotReadInOneStepWithThis",
        together((read, from, others) -> read.apply(from, List.of()))),
    JUMPS_WHAT_IS_GONE(
        "aJobFailsAtAnOffsetThatIsGone",
        job(
            from -> {
              TreeMap<Integer, Long> offsets = new TreeMap<>(from);
              offsets.replaceAll((partition, offset) -> Math.max(offset, 2L));
              return offsets;
            },
            false));

    private final String test;
    private final Function<String, ListSource> make;

    Wrong(String test, Function<String, ListSource> make) {
      this.test = test;
      this.make = make;
    }
  }

  /** Where readers were, as a consumer group remembers it. */
  private static final Map<String, Long> GROUP = new ConcurrentHashMap<>();

  private static class Lists extends ListSource.ListReader {
    Lists(ListSource.Lists lists) {
      super(lists);
    }
  }

  /** Shows something else than what is there. */
  private static class Seeing extends Lists {
    Seeing(ListSource.Lists lists) {
      super(lists);
    }

    SourceRecord seen(SourceRecord record) {
      return record;
    }

    Gap seen(Gap gap) {
      return gap;
    }

    @Override
    public <E extends Exception> void read(
        Map<Integer, Long> from, Map<Integer, Long> ends, Reader<E> reader) throws E {
      super.read(
          from,
          ends,
          new Reader<E>() {
            @Override
            public boolean read(SourceRecord record) throws E {
              return reader.read(seen(record));
            }

            @Override
            public void gap(Gap gap) throws E {
              reader.gap(seen(gap));
            }
          });
    }
  }

  /** A source with another reader. */
  private static Function<String, ListSource> reading(Function<ListSource.Lists, Lists> reader) {
    return name ->
        new ListSource(name) {
          @Override
          public SourceReader open() {
            return reader.apply(lists());
          }
        };
  }

  /** A source that a job reads from elsewhere on, or all of it twice. */
  private static Function<String, ListSource> job(
      Function<TreeMap<Integer, Long>, TreeMap<Integer, Long>> offsets, boolean twice) {
    return name ->
        new ListSource(name) {
          @Override
          public PTransform<PBegin, PCollection<RecordBatch>> read(
              From from, List<Reading> others) {
            PTransform<PBegin, PCollection<RecordBatch>> read =
                super.read(
                    new From(
                        from.id(),
                        offsets.apply(from.offsets()),
                        from.gone(),
                        from.watermarkDelay()),
                    others);
            return twice ? new Changed(read, new TwiceFn()) : read;
          }
        };
  }

  /** A source that is read with others in another way. */
  private static Function<String, ListSource> together(Together together) {
    return name ->
        new ListSource(name) {
          @Override
          public PTransform<PBegin, PCollection<RecordBatch>> read(
              From from, List<Reading> others) {
            return together.read(super::read, from, others);
          }
        };
  }

  private interface Together {
    PTransform<PBegin, PCollection<RecordBatch>> read(
        BiFunction<Source.From, List<Source.Reading>, PTransform<PBegin, PCollection<RecordBatch>>>
            read,
        Source.From from,
        List<Source.Reading> others);
  }

  private static final class Changed extends PTransform<PBegin, PCollection<RecordBatch>> {
    private static final long serialVersionUID = 1L;

    private final PTransform<PBegin, PCollection<RecordBatch>> read;
    private final DoFn<RecordBatch, RecordBatch> change;

    Changed(
        PTransform<PBegin, PCollection<RecordBatch>> read, DoFn<RecordBatch, RecordBatch> change) {
      this.read = read;
      this.change = change;
    }

    @Override
    public PCollection<RecordBatch> expand(PBegin input) {
      return input.apply(read).apply(ParDo.of(change)).setCoder(new RecordBatchCoder());
    }
  }

  static final class RenameFn extends DoFn<RecordBatch, RecordBatch> {
    private static final long serialVersionUID = 1L;

    private final SourceId id;

    RenameFn(SourceId id) {
      this.id = id;
    }

    @ProcessElement
    public void process(@Element RecordBatch batch, OutputReceiver<RecordBatch> out) {
      out.output(new RecordBatch(id.text(), batch.partition(), batch.bytes()));
    }
  }

  static final class TwiceFn extends DoFn<RecordBatch, RecordBatch> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(@Element RecordBatch batch, OutputReceiver<RecordBatch> out) {
      out.output(batch);
      out.output(batch);
    }
  }

  private static final class WrongSource extends ListSourceTest {
    private final Wrong wrong;

    WrongSource(Wrong wrong) {
      this.wrong = wrong;
    }

    @Override
    ListSource make(String name) {
      return wrong.make.apply(name);
    }
  }

  @Tag("slow")
  @ParameterizedTest
  @EnumSource
  void aSourceThatBreaksAPromiseIsFound(Wrong wrong) throws Exception {
    Method test = SourceContract.class.getDeclaredMethod(wrong.test);
    InvocationTargetException found =
        assertThrows(InvocationTargetException.class, () -> test.invoke(new WrongSource(wrong)));
    assertInstanceOf(AssertionError.class, found.getCause());
  }

  @Test
  void eachTestOfTheContractFindsOne() {
    Set<String> tests =
        Arrays.stream(SourceContract.class.getDeclaredMethods())
            .filter(method -> method.isAnnotationPresent(Test.class))
            .map(Method::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> found =
        Arrays.stream(Wrong.values())
            .map(wrong -> wrong.test)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(tests, found);
  }
}
