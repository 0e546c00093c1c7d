import CExpat
import ReachDiagnostics

/// What an XML document tells of itself, part by part. Names come without their prefix.
protocol XMLHandler: AnyObject {
    func start(_ name: String, _ attributes: XMLAttributes)
    func end(_ name: String)
    func text(_ bytes: UnsafeBufferPointer<UInt8>)
}

/// The attributes of one element, valid while it is being told of.
@safe struct XMLAttributes {
    /// Pairs of name and value, an empty pointer behind the last.
    fileprivate let pairs: UnsafeMutablePointer<UnsafePointer<XML_Char>?>?

    /// By its name, with or without a prefix.
    subscript(_ name: StaticString) -> String? {
        // SAFETY: expat ends the list by an empty pointer, and each text by a zero.
        guard var pair = unsafe pairs else { return nil }
        while let key = unsafe pair[0], let value = unsafe pair[1] {
            if unsafe XMLReader.isNamed(key, name) { return unsafe String(cString: value) }
            unsafe pair += 2
        }
        return nil
    }
}

/// Feeds a handler. Entities of a document's own are expanded within the limits that expat sets against bombs.
@safe final class XMLReader {
    private let parser: XML_Parser
    private unowned let handler: any XMLHandler

    init(_ handler: any XMLHandler) {
        self.handler = handler
        // SAFETY: nil only where memory is out.
        guard let parser = unsafe XML_ParserCreate(nil) else { preconditionFailure("there is memory for a parser") }
        unsafe self.parser = unsafe parser
        // SAFETY: the parser lives no longer than this object, to which it gets a pointer that owns nothing.
        unsafe XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
        unsafe XML_SetElementHandler(
            parser,
            { data, name, attributes in
                guard let name = unsafe name, let reader = unsafe XMLReader.from(data) else { return }
                unsafe reader.handler.start(XMLReader.local(name), XMLAttributes(pairs: attributes))
            },
            { data, name in
                guard let name = unsafe name, let reader = unsafe XMLReader.from(data) else { return }
                unsafe reader.handler.end(XMLReader.local(name))
            })
        unsafe XML_SetCharacterDataHandler(parser) { data, text, count in
            guard let text = unsafe text, let reader = unsafe XMLReader.from(data) else { return }
            unsafe text.withMemoryRebound(to: UInt8.self, capacity: Int(count)) { bytes in
                unsafe reader.handler.text(UnsafeBufferPointer(start: bytes, count: Int(count)))
            }
        }
    }

    deinit { unsafe XML_ParserFree(parser) }

    /// False where the document is no XML.
    func parse(_ bytes: [UInt8], isLast: Bool) -> Bool {
        // SAFETY: the bytes outlive the call.
        unsafe bytes.withUnsafeBytes { buffer in
            unsafe XML_Parse(
                parser, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count), isLast ? 1 : 0)
                == XML_STATUS_OK
        }
    }

    private static func from(_ data: UnsafeMutableRawPointer?) -> XMLReader? {
        // SAFETY: the only pointer ever given as user data is one to a reader.
        unsafe data.map { unsafe Unmanaged<XMLReader>.fromOpaque($0).takeUnretainedValue() }
    }

    /// `x:row` is `row`.
    private static func local(_ name: UnsafePointer<XML_Char>) -> String {
        // SAFETY: expat ends names by a zero.
        var start = unsafe name
        var at = unsafe name
        while unsafe at.pointee != 0 {
            if unsafe at.pointee == 0x3A { unsafe start = at + 1 }
            unsafe at += 1
        }
        return unsafe String(cString: start)
    }

    fileprivate static func isNamed(_ key: UnsafePointer<XML_Char>, _ name: StaticString) -> Bool {
        // SAFETY: both are ASCII texts that end by a zero.
        var at = unsafe key
        var start = unsafe key
        while unsafe at.pointee != 0 {
            if unsafe at.pointee == 0x3A { unsafe start = at + 1 }
            unsafe at += 1
        }
        for offset in 0...name.utf8CodeUnitCount {
            let expected = unsafe offset < name.utf8CodeUnitCount ? name.utf8Start[offset] : 0
            if unsafe UInt8(bitPattern: start[offset]) != expected { return false }
        }
        return true
    }
}

extension ZipArchive {
    /// Tells all of an entry to `handler`; false where there is none, or it is damaged. Throws only where cancelled.
    func tell(_ name: String, to handler: any XMLHandler, _ cancellation: Cancellation) throws -> Bool {
        guard open(name) else { return false }
        let reader = XMLReader(handler)
        while let bytes = read() {
            try cancellation.check()
            guard reader.parse(bytes, isLast: bytes.isEmpty) else { return false }
            if bytes.isEmpty { return true }
        }
        return false
    }
}
