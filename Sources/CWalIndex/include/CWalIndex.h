#ifndef CWALINDEX_H
#define CWALINDEX_H

#include <stdbool.h>
#include <stdint.h>

enum { REACH_WAL_HEADER_WORDS = 6 };

/// The index of the write-ahead log as a connection has it in memory, `sqlite3 *`. NULL where it has none. To be called while the connection reads a
/// database in WAL mode; what is returned is there until it is closed.
const volatile void *reach_wal_index(void *database);

/// Copies the index's header, which every commit of any process changes. False while one is changing it.
/// Source: https://www.sqlite.org/walformat.html, "The WAL-Index Header".
bool reach_wal_header(const volatile void *index, uint64_t header[REACH_WAL_HEADER_WORDS]);

#endif
