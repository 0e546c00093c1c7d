import Foundation
import ReachDiagnostics

/// Time zones of cities by name: those that zones are named after, the big cities of Russia and some more.
enum CityZones {
    static func zone(of city: String) -> String? {
        let folded = Name.fold(city.trimmingCharacters(in: .whitespaces)).replacing("ё", with: "е")
        return named[folded] ?? zones[folded]
    }

    /// `Europe/Paris` is the zone of Paris, `America/New_York` of New York.
    private static let zones: [String: String] = {
        let areas: Set = [
            "Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific",
        ]
        var zones: [String: String] = [:]
        for identifier in TimeZone.knownTimeZoneIdentifiers.sorted() {
            let parts = identifier.split(separator: "/")
            guard parts.count > 1, areas.contains(String(parts[0])) else { continue }
            let city = Name.fold(String(parts[parts.count - 1]).replacing("_", with: " "))
            if zones[city] == nil { zones[city] = identifier }
        }
        return zones
    }()

    private static let named: [String: String] = {
        let lists: [String: String] = [
            "Europe/Moscow": """
            москва, санкт-петербург, петербург, спб, нижний новгород, казань, ростов-на-дону, краснодар, воронеж, волгоград, \
            тула, ярославль, рязань, пенза, липецк, тверь, сочи, белгород, курск, брянск, калуга, владимир, иваново, \
            смоленск, вологда, череповец, архангельск, мурманск, петрозаводск, псков, великий новгород, киров, \
            йошкар-ола, чебоксары, саранск, ставрополь, махачкала, грозный, владикавказ, нальчик, севастополь, \
            симферополь, набережные челны, таганрог, новороссийск, st petersburg, saint petersburg, st. petersburg, \
            nizhny novgorod, kazan, rostov-on-don, krasnodar, voronezh, tula, yaroslavl, sochi
            """,
            "Europe/Kaliningrad": "калининград", "Europe/Samara": "самара, тольятти, ижевск",
            "Europe/Saratov": "саратов", "Europe/Ulyanovsk": "ульяновск", "Europe/Astrakhan": "астрахань",
            "Europe/Kirov": "kirov",
            "Asia/Yekaterinburg": """
            екатеринбург, челябинск, уфа, пермь, тюмень, оренбург, курган, магнитогорск, сургут, нижневартовск, \
            ekaterinburg, yekaterinburg, chelyabinsk, ufa, perm, tyumen, orenburg
            """,
            "Asia/Omsk": "омск", "Asia/Novosibirsk": "новосибирск", "Asia/Tomsk": "томск", "Asia/Barnaul": "барнаул",
            "Asia/Krasnoyarsk": "красноярск, абакан, кызыл", "Asia/Novokuznetsk": "новокузнецк, кемерово, kemerovo",
            "Asia/Irkutsk": "иркутск, улан-удэ, братск", "Asia/Chita": "чита", "Asia/Yakutsk": "якутск, благовещенск",
            "Asia/Vladivostok": "владивосток, хабаровск, khabarovsk", "Asia/Magadan": "магадан",
            "Asia/Sakhalin": "южно-сахалинск", "Asia/Kamchatka": "петропавловск-камчатский",
            "Europe/Minsk": "минск, гомель, гродно, брест, витебск",
            "Europe/Kyiv": "киев, одесса, харьков, львов, kiev",
            "Asia/Almaty": "алматы, алма-ата, астана, шымкент, astana", "Asia/Tashkent": "ташкент",
            "Asia/Yerevan": "ереван", "Asia/Tbilisi": "тбилиси", "Asia/Baku": "баку", "Asia/Bishkek": "бишкек",
            "Europe/Berlin": """
            münchen, munich, hamburg, köln, cologne, frankfurt, frankfurt am main, stuttgart, düsseldorf, leipzig, dresden, \
            nürnberg, hannover, bremen
            """,
            "Europe/Paris": "lyon, marseille, toulouse, nice, nantes, lille, bordeaux, strasbourg",
            "Europe/London": "manchester, birmingham, leeds, glasgow, edinburgh, liverpool, bristol",
            "Europe/Madrid": "barcelona, valencia, sevilla, seville, bilbao, málaga",
            "Europe/Rome": "milan, milano, roma, napoli, naples, torino, turin, firenze, florence, venezia, venice",
            "Europe/Warsaw": "warszawa, kraków, krakow, gdańsk, wrocław, poznań, łódź",
            "Europe/Vienna": "wien, graz, salzburg, linz", "Europe/Zurich": "zürich, genève, geneva, basel, bern",
            "Europe/Prague": "praha, brno", "Europe/Lisbon": "lisboa, porto", "Europe/Athens": "thessaloniki",
            "Europe/Amsterdam": "rotterdam, utrecht, eindhoven, the hague, den haag",
            "Europe/Copenhagen": "københavn, aarhus", "Europe/Stockholm": "göteborg, gothenburg, malmö",
            "America/New_York": "boston, philadelphia, washington, miami, atlanta",
            "America/Chicago": "houston, dallas",
            "America/Los_Angeles": "san francisco, seattle, san diego", "Asia/Shanghai": "beijing, shenzhen, guangzhou",
            "Asia/Kolkata": "mumbai, delhi, new delhi, bangalore", "Asia/Tokyo": "osaka, kyoto",
        ]
        var named: [String: String] = [:]
        for (zone, cities) in lists {
            for city in cities.split(separator: ",") {
                named[Name.fold(city.trimmingCharacters(in: .whitespaces))] = zone
            }
        }
        return named
    }()
}
