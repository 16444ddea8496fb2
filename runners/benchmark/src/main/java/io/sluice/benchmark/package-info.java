/**
 * {@code sluice bench}: the same topic through Sluice and through what its users use today; and
 * {@code sluice soak}: Sluice for a long time.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.benchmark;
