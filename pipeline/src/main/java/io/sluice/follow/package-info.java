/**
 * The socket of followers: what stands outside of the lake and is to say the same, such as lists of
 * files for query engines. A follower is asked what it has of a date and is made equal to the files
 * that the date's newest manifest names, by the same code in a job and by {@code sluice follow}.
 */
package io.sluice.follow;
