import CEditline
import Glibc

/// What is known of the terminal, if there is one.
package enum Terminal {
    package static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// Columns; nil where the descriptor is no terminal or the terminal does not tell (a width of zero).
    package static func width(of descriptor: Int32) -> Int? {
        var size = winsize()
        // SAFETY: the request fills one `winsize`.
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// Characters are read and measured as UTF-8, whatever the environment forgot to say.
    package static func useUTF8() {
        // SAFETY: called before other threads start; the answers are only compared with nil.
        if unsafe setlocale(LC_CTYPE, "") != nil, reach_locale_is_utf8() != 0 { return }
        _ = unsafe setlocale(LC_CTYPE, "C.UTF-8")
    }
}
