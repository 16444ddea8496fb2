/**
 * The socket of what is made of a table of the lake, apart from any job, and says of which
 * positions it is: such as the current rows of a database's table, made of its changes. A job looks
 * at it and says how far it is behind; a report shows it.
 */
package io.sluice.derive;
