using System.Collections.Frozen;

namespace EmailVerify.Core.Replies;

/// <summary>What a word has to do with a pause.</summary>
internal enum PauseWord
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A time to wait follows: "in", "nach", "dans", "через".</summary>
    Ahead,

    /// <summary>The same, and a unit may follow without a number: "через час", "za godzinę".</summary>
    AheadOfUnit,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A unit of time.</summary>
    Unit,

    /// <summary>A whole time in one word: "полчаса".</summary>
    Time,

    /// <summary>The time that follows is past, or what something is counted by: "last", "per", "seit".</summary>
    NoPauseAhead,

    /// <summary>The time before it is past, or what something is counted by: "ago", "window".</summary>
    NoPauseBefore,

    /// <summary>More of something than may be: "many", "viele", "много".</summary>
    Many,

    /// <summary>What is counted: "messages", "Verbindungen".</summary>
    Counted,

    /// <summary>A wish that we come back: what follows is no count.</summary>
    Again,

    /// <summary>Joins two times: "and", "и".</summary>
    And,

    /// <summary>Joins the ends of a range: "to", "bis".</summary>
    To,
}

/// <summary>The words that pauses are told in: English, German, French, Spanish, Portuguese, Russian, Italian, Dutch and Polish.</summary>
internal static class PauseWords
{
    /// <summary>Longer words mean nothing here.</summary>
    public const int Longest = 16;

    private const int Minute = 60;
    private const int Hour = 3600;
    private const int Day = 86_400;

    private static readonly FrozenDictionary<string, (PauseWord Kind, double Value)>.AlternateLookup<ReadOnlySpan<char>> Known = All().GetAlternateLookup<ReadOnlySpan<char>>();

    // Their endings are many: nouns are known by their beginnings.
    private static readonly string[] CountedStems =
    [
        "messag", "mail", "email", "letter", "connect", "recipient", "attempt", "request", "session", "error", "command", "rcpt", "user", "time", "tries",
        "nachricht", "verbindung", "empfänger", "versuch", "anfrage", "fehler",
        "courrie", "connexion", "destinata", "tentativ", "requêt", "erreur",
        "mensaj", "mensage", "correo", "conexi", "conex", "intent", "solicitud", "erro",
        "писем", "письм", "сообщен", "соединен", "подключен", "получател", "попыт", "запрос", "ошиб",
        "messagg", "conness", "richiest", "bericht", "verbinding", "ontvanger", "poging", "wiadomo", "połącz", "odbiorc", "prób",
    ];

    /// <summary>Looks a word up.</summary>
    /// <param name="word">In any case.</param>
    /// <param name="value">Of numbers the number, of units and times the seconds.</param>
    public static PauseWord Find(ReadOnlySpan<char> word, out double value)
    {
        value = 0;
        if (word.IsEmpty || word.Length > Longest)
            return PauseWord.None;
        Span<char> room = stackalloc char[Longest];
        var lower = room[..word.ToLowerInvariant(room)];
        if (Known.TryGetValue(lower, out var found))
        {
            value = found.Value;
            return found.Kind;
        }

        foreach (var stem in CountedStems)
        {
            if (lower.StartsWith(stem, StringComparison.Ordinal))
                return PauseWord.Counted;
        }

        return PauseWord.None;
    }

    private static FrozenDictionary<string, (PauseWord Kind, double Value)> All()
    {
        var words = new Dictionary<string, (PauseWord Kind, double Value)>(StringComparer.Ordinal);
        void Add(PauseWord kind, double value, string all)
        {
            foreach (var word in all.Split(' '))
                words.Add(word, (kind, value));
        }

        Add(PauseWord.Unit, 1, "s sec secs second seconds sek sekunde sekunden seconde secondes seg segs segundo segundos secondi secondo seconden sekund sekundy sekundę сек секунда секунду секунды секунд");
        Add(PauseWord.Unit, Minute, "min mins mn minute minutes minuten minuto minutos minuti minuut minut minuty minutę мин минута минуту минуты минут");
        Add(PauseWord.Unit, Hour, "h hr hrs hour hours std stunde stunden heure heures hora horas ora ore uur uren godz godzina godzinę godziny godzin час часа часов");
        Add(PauseWord.Unit, Day, "day days tag tage tagen jour jours día días dia dias giorno giorni dag dagen dzień dni день дня дней");
        Add(PauseWord.Time, Hour / 2.0, "полчаса półgodziny");
        Add(PauseWord.Ahead, 0, "in for after wait within least another nach für dans après pendant attendre attendez en dentro durante espere em após daqui fra tra dopo entro binnen na подождите");
        Add(PauseWord.AheadOfUnit, 0, "через спустя za");
        Add(PauseWord.And, 0, "and und et y e и i");
        Add(PauseWord.To, 0, "to bis à do до");
        Add(PauseWord.NoPauseAhead, 0, "last past previous recent since per every each idle timeout elapsed took exceeded vor seit letzten vergangenen pro je derniers dernières depuis par hace há desde último últimos última últimas ultimo ultimi ultima ultime laatste afgelopen sinds ostatnich od за последние последних последний");
        Add(PauseWord.NoPauseBefore, 0, "ago old period window limit quota interval frame zeitraum fenster alt période periodo período atrás fa geleden temu okres назад");
        Add(PauseWord.Again, 0, "try again retry later come back return resend erneut versuchen später réessayer réessayez nouveau reintente intente nuevamente tente novamente повторите попробуйте позже riprova riprovare opnieuw probeer ponownie spróbuj");
        Add(PauseWord.Many, 0, "many much viel viele zu trop muchos muchas demasiado demasiados demasiadas muito muitos muitas demais troppi troppe teveel veel wiele много слишком maximum max");
        Add(PauseWord.Number, 0.5, "half halbe halben halber demi demie media meia mezz mezza mezzo pół половину");
        Add(PauseWord.Number, 1, "a an one ein eine einen einem einer un une una uno um uma een één jedną один одну");
        Add(PauseWord.Number, 2, "two zwei deux dos dois duas due twee dwie два две");
        Add(PauseWord.Number, 3, "three drei trois tres três tre drie trzy три");
        Add(PauseWord.Number, 4, "four vier quatre cuatro quatro quattro cztery четыре");
        Add(PauseWord.Number, 5, "five fünf fuenf cinq cinco cinque vijf pięć пять");
        Add(PauseWord.Number, 10, "ten zehn dix diez dez dieci tien dziesięć десять");
        Add(PauseWord.Number, 15, "fifteen fünfzehn fuenfzehn quinze quince quindici vijftien piętnaście пятнадцать");
        Add(PauseWord.Number, 20, "twenty zwanzig vingt veinte vinte venti twintig dwadzieścia двадцать");
        Add(PauseWord.Number, 30, "thirty dreißig dreissig trente treinta trinta trenta dertig trzydzieści тридцать");
        Add(PauseWord.Number, 45, "fortyfive fünfundvierzig");
        Add(PauseWord.Number, 60, "sixty sechzig soixante sesenta sessenta sessanta zestig sześćdziesiąt шестьдесят");
        return words.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
