/**
 * Takes rows and dead letters of some keys out of a lake for good, and leaves their positions where
 * they are, as erased.
 */
package io.sluice.erase;
