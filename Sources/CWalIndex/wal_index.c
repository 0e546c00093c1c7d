#include "CWalIndex.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <stddef.h>

// How the index is cut into pieces that are mapped one by one; the header begins the first.
enum { PIECE_BYTES = 32768 };

const volatile void *reach_wal_index(void *database) {
    sqlite3_file *file = NULL;
    if (sqlite3_file_control(database, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK || file == NULL) return NULL;
    const sqlite3_io_methods *methods = file->pMethods;
    if (methods == NULL || methods->iVersion < 2 || methods->xShmMap == NULL) return NULL;
    volatile void *piece = NULL;
    return methods->xShmMap(file, 0, PIECE_BYTES, 0, &piece) == SQLITE_OK ? piece : NULL;
}

bool reach_wal_header(const volatile void *index, uint64_t header[REACH_WAL_HEADER_WORDS]) {
    // Writers change the second of two equal copies first.
    const volatile uint64_t *first = index, *second = first + REACH_WAL_HEADER_WORDS;
    for (size_t word = 0; word < REACH_WAL_HEADER_WORDS; word++) header[word] = first[word];
    atomic_thread_fence(memory_order_acquire);
    for (size_t word = 0; word < REACH_WAL_HEADER_WORDS; word++)
        if (header[word] != second[word]) return false;
    return true;
}
