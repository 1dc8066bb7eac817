using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using EmailVerify.Core.Batches;

namespace EmailVerify.Adapters.Files;

/// <summary>How a CSV file is built, found from its first octets.</summary>
internal static class CsvShape
{
    private const int SampleRows = 100;

    /// <summary>What may stand between cells.</summary>
    public const string Delimiters = ",;\t|";

    /// <summary>How columns of addresses are named: letters only, in lower case.</summary>
    private static readonly ImmutableHashSet<string> Names =
    [
        "email", "emails", "mail", "emailaddress", "emailaddresses", "mailaddress", "emailid", "emailadresse", "mailadresse", "emailadress",
        "adressemail", "adresseemail", "adresseelectronique", "courriel", "courrielelectronique", "correo", "correoelectronico", "correoelectrónico",
        "direcciondecorreo", "indirizzoemail", "indirizzomail", "postaelettronica", "epost", "epostadress", "epostadresse", "eposta", "epostadresi", "emailadres",
        "mailadres", "endereçodeemail", "enderecodeemail", "correioeletronico", "correioeletrônico", "adresemail", "adresapocztyelektronicznej", "sähköposti",
        "почта", "электроннаяпочта", "элпочта", "емейл", "імейл", "メール", "メールアドレス", "邮箱", "电子邮件", "電子郵件", "이메일",
    ];

    /// <summary>
    /// Finds the delimiter: the one with which the most records have an address for a cell, else have as many cells as most do, else have the most.
    /// Where it makes no difference, there is none.
    /// </summary>
    public static byte FindDelimiter(ReadOnlySpan<byte> sample, bool whole, UploadBounds bounds)
    {
        var best = (Addresses: -1, Alike: 0, Cells: 0);
        var found = CsvSplitter.NoDelimiter;
        foreach (var delimiter in (ReadOnlySpan<byte>)[CsvSplitter.NoDelimiter, .. Encoding.ASCII.GetBytes(Delimiters)])
        {
            var rows = ReadSample(sample, whole, new CsvSplitter(delimiter, bounds.RowOctets, bounds.Columns));
            var (cells, alike) = rows.CountBy(row => row.Length).OrderByDescending(pair => pair.Value).ThenByDescending(pair => pair.Key).FirstOrDefault();
            var score = (rows.Count(row => row.Any(EmailCell.IsAddress)), cells > 1 ? alike : 0, cells);
            if (score.CompareTo(best) > 0)
                (best, found) = (score, delimiter);
        }

        return found;
    }

    /// <summary>Reads the header and the first rows of a text.</summary>
    public static List<string[]> ReadSample(ReadOnlySpan<byte> sample, bool whole, CsvSplitter splitter)
    {
        var rows = new List<string[]>(SampleRows + 1);
        while (!sample.IsEmpty && rows.Count <= SampleRows && splitter.Split(sample, whole) == CsvSplit.Record)
        {
            if (!splitter.IsBlank(sample))
                rows.Add(Strings(sample, splitter));
            sample = sample[splitter.FullLength..];
        }

        return rows;
    }

    /// <summary>Whether a first row names columns: it holds no address.</summary>
    public static bool IsHeader(string[] row) => !Array.Exists(row, EmailCell.IsAddress);

    /// <summary>Names columns by their numbers.</summary>
    public static IEnumerable<string> Numbers(int first, int count) => Enumerable.Range(first, count).Select(number => number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Finds the column of the addresses.</summary>
    /// <param name="columns">The names of the columns.</param>
    /// <param name="wish">The name or number that is asked for, if one is.</param>
    /// <param name="rows">The first rows.</param>
    /// <param name="fault">Why it is not found.</param>
    /// <returns>Its index; -1 where it is not found.</returns>
    public static int FindColumn(ImmutableArray<string> columns, string? wish, IReadOnlyList<string[]> rows, out UploadFault? fault)
    {
        fault = null;
        if (wish is not null)
        {
            var wished = FindWished(columns, wish);
            fault = wished < 0 ? new UploadFault.ColumnNotFound(columns) { Wish = wish } : null;
            return wished;
        }

        // :: By name, best names first; then by what is in it; then by a part of the name.
        var all = Enumerable.Range(0, columns.Length).ToArray();
        var letters = columns.Select(Letters).ToArray();
        var named = all.Where(index => Names.Contains(letters[index])).ToArray();
        var filled = all.Where(index => HoldsAddresses(rows, index)).ToArray();
        var alike = all.Where(index => letters[index].Contains("mail", StringComparison.Ordinal)).ToArray();
        int[][] tries = [all, [.. all.Where(index => letters[index] is "email")], named, filled, [.. named.Intersect(filled)], [.. alike.Intersect(filled)], alike];
        if (Array.Find(tries, one => one.Length == 1) is [var only])
            return only;

        var candidates = named.Union(filled).Union(alike).Order().ToArray();
        fault = new UploadFault.ColumnAmbiguous([.. (candidates.Length == 0 ? all : candidates).Select(index => columns[index])]) { NoneSeems = candidates.Length == 0 };
        return -1;
    }

    private static int FindWished(ImmutableArray<string> columns, string wish)
    {
        var name = EmailCell.Trim(wish).ToString();
        for (var index = 0; index < columns.Length; index++)
        {
            if (EmailCell.Trim(columns[index]).Equals(name, StringComparison.OrdinalIgnoreCase))
                return index;
        }

        return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= columns.Length ? number - 1 : -1;
    }

    private static bool HoldsAddresses(IReadOnlyList<string[]> rows, int index)
    {
        var cells = rows.Where(row => index < row.Length && !EmailCell.Trim(row[index]).IsEmpty).Select(row => row[index]).ToArray();
        return 2 * cells.Count(EmailCell.IsAddress) > cells.Length;
    }

    private static string Letters(string name) => string.Concat(name.Normalize(NormalizationForm.FormC).Where(char.IsLetter)).ToLowerInvariant();

    private static string[] Strings(ReadOnlySpan<byte> text, CsvSplitter splitter)
    {
        var strings = new string[splitter.StoredCount];
        for (var index = 0; index < strings.Length; index++)
            strings[index] = Encoding.UTF8.GetString(splitter.Value(text, index));
        return strings;
    }
}
