/**
 * Takes rows and dead letters of some keys out of a lake for good, and leaves their positions where
 * they are, as erased. Tables that are derived from others lose them through a socket, {@link
 * io.sluice.erase.DerivedRows}.
 */
package io.sluice.erase;
