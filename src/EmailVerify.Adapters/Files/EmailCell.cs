using System.Buffers;
using System.Text;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Batches;

namespace EmailVerify.Adapters.Files;

/// <summary>The address that a cell holds.</summary>
internal static class EmailCell
{
    private const int ShortCell = 512;
    private const string Scheme = "mailto:";

    /// <summary>Takes the address out of a cell.</summary>
    /// <returns>The address, or whatever stands in its place.</returns>
    public static string Read(ReadOnlySpan<byte> utf8, out RowNotes notes)
    {
        if (utf8.Length <= ShortCell)
        {
            Span<char> chars = stackalloc char[ShortCell];
            return Read(chars[..Encoding.UTF8.GetChars(utf8, chars)], out notes);
        }

        var rented = ArrayPool<char>.Shared.Rent(utf8.Length);
        var email = Read(rented.AsSpan(0, Encoding.UTF8.GetChars(utf8, rented)), out notes);
        ArrayPool<char>.Shared.Return(rented);
        return email;
    }

    /// <summary>Takes the address out of a cell.</summary>
    public static string Read(ReadOnlySpan<char> text, out RowNotes notes)
    {
        var email = TakeApart(Trim(text), out var takenApart);
        notes = takenApart ? RowNotes.TakenApart : RowNotes.None;
        if (email.Length > InputRow.MaxEmailLength)
            email = email[..(char.IsHighSurrogate(email[InputRow.MaxEmailLength - 1]) ? InputRow.MaxEmailLength - 1 : InputRow.MaxEmailLength)];
        return email.ToString();
    }

    /// <summary>Whether a cell holds an address.</summary>
    public static bool IsAddress(string cell) =>
        cell.Contains('@', StringComparison.Ordinal) && EmailAddress.TryParse(TakeApart(Trim(cell), out _), out _, out _);

    /// <summary>Cuts off what nobody sees.</summary>
    public static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty && IsBlank(text[0]))
            text = text[1..];
        while (!text.IsEmpty && IsBlank(text[^1]))
            text = text[..^1];
        return text;
    }

    /// <summary><c>Name &lt;a@b&gt;</c>, <c>&lt;a@b&gt;</c>, <c>mailto:a@b</c> (RFC 6068, without its headers) and the last inside the others.</summary>
    private static ReadOnlySpan<char> TakeApart(ReadOnlySpan<char> text, out bool takenApart)
    {
        var email = text;
        if (email is [.., '>'] && email.LastIndexOf('<') is >= 0 and var open)
            email = Trim(email[(open + 1)..^1]);
        if (email.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            email = Trim(email[Scheme.Length..]);
            if (email.IndexOf('@') is >= 0 and var at && email[at..].IndexOf('?') is >= 0 and var headers)
                email = email[..(at + headers)];
        }

        takenApart = email.Length < text.Length && email.Contains('@');
        return takenApart ? email : text;
    }

    /// <summary>White space of any kind (with U+00A0), and what has no width: U+200B to U+200F, the joiners and marks of direction, U+2060, and U+FEFF.</summary>
    private static bool IsBlank(char character) => char.IsWhiteSpace(character) || character is (>= '\u200B' and <= '\u200F') or '\u2060' or '\uFEFF';
}
