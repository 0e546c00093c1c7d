import CEditline
import Glibc

/// A handle of libedit, and the few things asked of it. All of libedit's pointers stay in this file.
@safe final class EditLine {
    /// Who decides what keys mean.
    protocol Client: AnyObject {
        /// The prompt as it stands now; codes that take no room between two `EditLine.escape`.
        var promptText: String { get }
        /// The next key.
        func nextKey() -> Key
        /// Runs what a key bound by `bind(_:to:)`, or returned as `.command`, stands for.
        func perform(_ command: Command) -> Reaction
    }

    enum Key: Hashable {
        case scalar(Unicode.Scalar)
        /// `perform(.queued)` follows.
        case command
        /// Stop reading; the client knows why.
        case stop
    }

    enum Command: Int, CaseIterable {
        case queued, paste, previous, next

        fileprivate var name: String { "reach-\(self)" }
    }

    enum Reaction {
        case refresh, beep, done

        fileprivate var code: UInt8 {
            switch self {
            case .refresh: UInt8(CC_REFRESH)
            case .beep: UInt8(CC_REFRESH_BEEP)
            case .done: UInt8(CC_NORM)
            }
        }
    }

    static let escape: Unicode.Scalar = "\u{1}"
    /// Stands for `.command` on its way through libedit's key map; `TerminalInput` lets no such character in.
    private static let commandScalar: Unicode.Scalar = "\u{80}"

    private let handle: OpaquePointer
    private let files: [UnsafeMutablePointer<FILE>]
    /// The prompt as libedit reads it, alive until the next one.
    private var prompt: UnsafeMutableBufferPointer<wchar_t>
    /// Texts libedit keeps pointers to.
    private var names: [UnsafeMutableBufferPointer<wchar_t>]
    private unowned let client: any Client

    /// Nil where libedit cannot work with the terminal.
    init?(input: Int32, output: Int32, client: any Client) {
        self.client = client
        unsafe names = []
        unsafe prompt = Self.wide("")
        // SAFETY: the streams are over duplicates, so that closing them leaves the descriptors open; they live as long as `handle`.
        guard let reading = unsafe fdopen(dup(input), "r"), let writing = unsafe fdopen(dup(output), "w"),
            let made = unsafe el_init_fd("reach", reading, writing, writing, input, output, output)
        else { return nil }
        unsafe files = [reading, writing]
        unsafe handle = made
        configure()
    }

    deinit {
        // SAFETY: nothing uses the handle, the streams and the texts any more.
        unsafe el_end(handle)
        unsafe files.forEach { unsafe fclose($0) }
        unsafe names.forEach { unsafe $0.deallocate() }
        unsafe prompt.deallocate()
    }

    /// Takes the terminal over. `readLine` would do it after the prompt is printed: too late for who types at the sight of it.
    func takeTerminal() {
        _ = unsafe reach_el_prepare(handle, 1)
    }

    /// Reads one line, without its line feed; nil where the client or Ctrl-D stopped it.
    func readLine() -> String? {
        var count: Int32 = 0
        // SAFETY: the answer points to `count` characters, valid until the next call on the handle; they are copied here.
        guard let line = unsafe el_wgets(handle, &count), count > 0 else { return nil }
        var text = unsafe Self.text(from: line, count: Int(count))
        if text.last == "\n" { text.removeLast() }
        return text
    }

    /// What is being edited, before and after the cursor.
    var line: (before: String, after: String) {
        // SAFETY: the three pointers are into one buffer, in this order.
        guard let info = unsafe el_wline(handle)?.pointee else { return ("", "") }
        guard let start = unsafe info.buffer, let cursor = unsafe info.cursor, let end = unsafe info.lastchar else {
            return ("", "")
        }
        return unsafe (
            Self.text(from: start, count: cursor - start), Self.text(from: cursor, count: end - cursor)
        )
    }

    func insert(_ text: String) {
        if text.isEmpty { return }
        let wide = unsafe Self.wide(text)
        // SAFETY: libedit copies the text before it returns.
        unsafe el_winsertstr(handle, wide.baseAddress)
        unsafe wide.deallocate()
    }

    /// Takes away characters before the cursor.
    func deleteBefore(_ count: Int) {
        unsafe el_deletestr(handle, Int32(clamping: count))
    }

    /// Moves the cursor within the line.
    func moveCursor(by count: Int) {
        if count != 0 { _ = unsafe el_cursor(handle, Int32(clamping: count)) }
    }

    /// Puts `text` in place of the whole line, the cursor `fromEnd` characters before its end.
    func replaceLine(with text: String, cursorFromEnd: Int = 0) {
        let (before, after) = line
        moveCursor(by: after.unicodeScalars.count)
        deleteBefore((before + after).unicodeScalars.count)
        insert(text)
        moveCursor(by: -cursorFromEnd)
    }

    /// Draws prompt and line anew where the cursor of the terminal stands.
    func redraw() {
        _ = unsafe reach_el_refresh(handle)
    }

    func resize() {
        unsafe el_resize(handle)
    }

    private func configure() {
        // SAFETY: the client pointer is this object, which ends the handle before it goes; the functions below are given it back.
        _ = unsafe reach_el_set_client(handle, Unmanaged.passUnretained(self).toOpaque())
        _ = unsafe reach_el_set_editor(handle, kept("emacs"))
        _ = unsafe reach_el_set_signal(handle, 0)
        _ = unsafe reach_el_set_prompt(
            handle, { handle in unsafe EditLine.from(handle)?.currentPrompt() }, Self.wideCharacter(Self.escape))
        _ = unsafe reach_el_set_read(handle) { handle, character in
            guard let line = unsafe EditLine.from(handle), let character = unsafe character else { return 0 }
            return unsafe line.read(into: character)
        }
        addCommands()
        bind("\u{80}", to: .queued)
        for keys in [#"\e[A"#, #"\eOA"#, "^P"] { bind(keys, to: .previous) }
        for keys in [#"\e[B"#, #"\eOB"#, "^N"] { bind(keys, to: .next) }
        bind(#"\e[200~"#, to: .paste)
        let standard = [
            #"\e[3~"#: "ed-delete-next-char", #"\e[H"#: "ed-move-to-beg", #"\eOH"#: "ed-move-to-beg",
            #"\e[1~"#: "ed-move-to-beg", #"\e[F"#: "ed-move-to-end", #"\eOF"#: "ed-move-to-end",
            #"\e[4~"#: "ed-move-to-end", #"\e[1;5C"#: "em-next-word", #"\e[1;5D"#: "ed-prev-word",
            "^D": "em-delete-or-list", "^W": "ed-delete-prev-word", "^U": "em-kill-line",
        ]
        for (keys, command) in standard { bind(keys, toNamed: command) }
    }

    private func addCommands() {
        let help = unsafe kept("a key of reach")
        for command in Command.allCases {
            let name = unsafe kept(command.name)
            // SAFETY: libedit keeps the two texts, which live as long as the handle. A C function cannot tell which command it is, so there
            // is one each.
            switch command {
            case .queued:
                _ = unsafe reach_el_add_command(handle, name, help) { unsafe EditLine.perform(.queued, $0, $1) }
            case .paste:
                _ = unsafe reach_el_add_command(handle, name, help) { unsafe EditLine.perform(.paste, $0, $1) }
            case .previous:
                _ = unsafe reach_el_add_command(handle, name, help) { unsafe EditLine.perform(.previous, $0, $1) }
            case .next:
                _ = unsafe reach_el_add_command(handle, name, help) { unsafe EditLine.perform(.next, $0, $1) }
            }
        }
    }

    private func bind(_ keys: String, to command: Command) {
        bind(keys, toNamed: command.name)
    }

    private func bind(_ keys: String, toNamed command: String) {
        let (wideKeys, wideCommand) = unsafe (Self.wide(keys), Self.wide(command))
        // SAFETY: libedit copies both.
        _ = unsafe reach_el_bind(handle, wideKeys.baseAddress, wideCommand.baseAddress)
        unsafe wideKeys.deallocate()
        unsafe wideCommand.deallocate()
    }

    private func currentPrompt() -> UnsafeMutablePointer<wchar_t>? {
        unsafe prompt.deallocate()
        unsafe prompt = Self.wide(client.promptText)
        return unsafe prompt.baseAddress
    }

    private func read(into character: UnsafeMutablePointer<wchar_t>) -> Int32 {
        switch client.nextKey() {
        case .scalar(let scalar): unsafe character.pointee = Self.wideCharacter(scalar)
        case .command: unsafe character.pointee = Self.wideCharacter(Self.commandScalar)
        case .stop:
            unsafe character.pointee = Self.wideCharacter("\0")
            return 0
        }
        return 1
    }

    private static func perform(_ command: Command, _ handle: OpaquePointer?, _: wint_t) -> UInt8 {
        guard let line = unsafe from(handle) else { return UInt8(CC_ERROR) }
        return line.client.perform(command).code
    }

    private static func from(_ handle: OpaquePointer?) -> EditLine? {
        // SAFETY: the client pointer was set in `configure` to the object that owns the handle.
        guard let client = unsafe reach_el_client(handle) else { return nil }
        return unsafe Unmanaged<EditLine>.fromOpaque(client).takeUnretainedValue()
    }

    /// A wide text that lives as long as the handle.
    private func kept(_ text: String) -> UnsafeMutablePointer<wchar_t>? {
        let wide = unsafe Self.wide(text)
        unsafe names.append(wide)
        return wide.baseAddress
    }

    /// A wide text ended by NUL, to be deallocated by the caller.
    private static func wide(_ text: String) -> UnsafeMutableBufferPointer<wchar_t> {
        let characters = text.unicodeScalars.map(wideCharacter) + [wideCharacter("\0")]
        let buffer = UnsafeMutableBufferPointer<wchar_t>.allocate(capacity: characters.count)
        _ = unsafe buffer.initialize(from: characters)
        return unsafe buffer
    }

    private static func text(from start: UnsafePointer<wchar_t>, count: Int) -> String {
        var scalars = String.UnicodeScalarView()
        for index in 0..<count { scalars.append(unsafe scalar(start[index])) }
        return String(scalars)
    }

    private static func wideCharacter(_ scalar: Unicode.Scalar) -> wchar_t { wchar_t(bitPattern: scalar.value) }
    private static func scalar(_ character: wchar_t) -> Unicode.Scalar {
        Unicode.Scalar(UInt32(bitPattern: character)) ?? "\u{FFFD}"
    }
}
