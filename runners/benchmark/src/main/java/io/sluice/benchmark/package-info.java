/** {@code sluice bench}: the same topic through Sluice and through what its users use today. */
@org.jspecify.annotations.NullMarked
package io.sluice.benchmark;
