/// Time zones by the beginning of a phone number in E.164 form, where all of a country, or of an area, is in one.
enum PhoneZones {
    /// The plus and the digits that decide.
    static let mostBytes = 7

    /// Nil where the number's country has several zones, or is not known.
    static func zone(of number: [UInt8]) -> String? {
        guard number.first == 0x2B else { return nil }
        let digits = number.dropFirst().prefix(mostBytes - 1)
        var best: String?
        var prefix = ""
        for digit in digits {
            prefix.unicodeScalars.append(Unicode.Scalar(digit))
            if let zone = zones[prefix] { best = zone.isEmpty ? nil : zone }
        }
        return best
    }

    /// An empty zone takes back what a shorter prefix said.
    private static let zones: [String: String] = [
        "20": "Africa/Cairo", "212": "Africa/Casablanca", "213": "Africa/Algiers", "216": "Africa/Tunis",
        "234": "Africa/Lagos", "251": "Africa/Addis_Ababa", "254": "Africa/Nairobi", "27": "Africa/Johannesburg",
        "30": "Europe/Athens", "31": "Europe/Amsterdam", "32": "Europe/Brussels", "33": "Europe/Paris",
        "34": "Europe/Madrid", "351": "Europe/Lisbon", "352": "Europe/Luxembourg", "353": "Europe/Dublin",
        "354": "Atlantic/Reykjavik", "355": "Europe/Tirane", "356": "Europe/Malta", "357": "Asia/Nicosia",
        "358": "Europe/Helsinki", "359": "Europe/Sofia", "36": "Europe/Budapest", "370": "Europe/Vilnius",
        "371": "Europe/Riga", "372": "Europe/Tallinn", "373": "Europe/Chisinau", "374": "Asia/Yerevan",
        "375": "Europe/Minsk", "380": "Europe/Kyiv", "381": "Europe/Belgrade", "382": "Europe/Podgorica",
        "385": "Europe/Zagreb", "386": "Europe/Ljubljana", "387": "Europe/Sarajevo", "389": "Europe/Skopje",
        "39": "Europe/Rome", "40": "Europe/Bucharest", "41": "Europe/Zurich", "420": "Europe/Prague",
        "421": "Europe/Bratislava", "43": "Europe/Vienna", "44": "Europe/London", "45": "Europe/Copenhagen",
        "46": "Europe/Stockholm", "47": "Europe/Oslo", "48": "Europe/Warsaw", "49": "Europe/Berlin",
        "51": "America/Lima", "57": "America/Bogota", "58": "America/Caracas", "598": "America/Montevideo",
        "60": "Asia/Kuala_Lumpur", "63": "Asia/Manila", "64": "Pacific/Auckland", "65": "Asia/Singapore",
        "66": "Asia/Bangkok", "81": "Asia/Tokyo", "82": "Asia/Seoul", "84": "Asia/Ho_Chi_Minh",
        "852": "Asia/Hong_Kong", "86": "Asia/Shanghai", "886": "Asia/Taipei", "90": "Europe/Istanbul",
        "91": "Asia/Kolkata", "92": "Asia/Karachi", "94": "Asia/Colombo", "966": "Asia/Riyadh",
        "971": "Asia/Dubai", "972": "Asia/Jerusalem", "974": "Asia/Qatar", "98": "Asia/Tehran",
        "992": "Asia/Dushanbe", "993": "Asia/Ashgabat", "994": "Asia/Baku", "995": "Asia/Tbilisi",
        "996": "Asia/Bishkek", "998": "Asia/Tashkent",
        // Russia by area; mobile numbers are sold all over the country and tell nothing.
        "7342": "Asia/Yekaterinburg", "7343": "Asia/Yekaterinburg", "7345": "Asia/Yekaterinburg",
        "7347": "Asia/Yekaterinburg", "7351": "Asia/Yekaterinburg", "7381": "Asia/Omsk", "7382": "Asia/Tomsk",
        "7383": "Asia/Novosibirsk", "7391": "Asia/Krasnoyarsk", "7395": "Asia/Irkutsk", "7401": "Europe/Kaliningrad",
        "7411": "Asia/Yakutsk", "7421": "Asia/Vladivostok", "7423": "Asia/Vladivostok", "7424": "Asia/Sakhalin",
        "7471": "Europe/Moscow", "7495": "Europe/Moscow", "7496": "Europe/Moscow", "7498": "Europe/Moscow",
        "7499": "Europe/Moscow", "7812": "Europe/Moscow", "7831": "Europe/Moscow", "7843": "Europe/Moscow",
        "7846": "Europe/Samara", "7861": "Europe/Moscow", "7863": "Europe/Moscow",
        "76": "Asia/Almaty", "77": "Asia/Almaty",
    ]
}
