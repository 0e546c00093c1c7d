#ifndef REACH_CEDITLINE_SHIM_H
#define REACH_CEDITLINE_SHIM_H

#include <histedit.h>
#include <langinfo.h>
#include <locale.h>

/* Swift cannot call C functions with variable arguments; each use of el_wset that Reach makes has a fixed form here. */

typedef wchar_t *(*reach_el_prompt)(EditLine *);
typedef int (*reach_el_read)(EditLine *, wchar_t *);
typedef unsigned char (*reach_el_command)(EditLine *, wint_t);

static inline int reach_el_set_prompt(EditLine *el, reach_el_prompt prompt, wchar_t escape) {
    return el_wset(el, EL_PROMPT_ESC, prompt, (int)escape);
}

static inline int reach_el_set_editor(EditLine *el, const wchar_t *editor) {
    return el_wset(el, EL_EDITOR, editor);
}

static inline int reach_el_set_signal(EditLine *el, int handled) {
    return el_wset(el, EL_SIGNAL, handled);
}

static inline int reach_el_set_read(EditLine *el, reach_el_read read) {
    return el_wset(el, EL_GETCFN, read);
}

static inline int reach_el_set_client(EditLine *el, void *client) {
    return el_wset(el, EL_CLIENTDATA, client);
}

static inline void *reach_el_client(EditLine *el) {
    void *client = NULL;
    el_wget(el, EL_CLIENTDATA, &client);
    return client;
}

static inline int reach_el_add_command(
    EditLine *el, const wchar_t *name, const wchar_t *help, reach_el_command command) {
    return el_wset(el, EL_ADDFN, name, help, command);
}

static inline int reach_el_bind(EditLine *el, const wchar_t *keys, const wchar_t *command) {
    return el_wset(el, EL_BIND, keys, command, NULL);
}

static inline int reach_el_prepare(EditLine *el, int raw) {
    return el_wset(el, EL_PREP_TERM, raw);
}

static inline int reach_el_refresh(EditLine *el) {
    return el_wset(el, EL_REFRESH);
}

static inline int reach_locale_is_utf8(void) {
    const char *codeset = nl_langinfo(CODESET);
    return codeset != NULL && (codeset[0] == 'U' || codeset[0] == 'u');
}

#endif
