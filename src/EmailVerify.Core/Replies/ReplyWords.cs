using System.Globalization;
using System.Text;

namespace EmailVerify.Core.Replies;

/// <summary>
/// Brings text and phrases to one spelling: words in lower case between single blanks, Latin letters without their marks, "doesn't" as one word, "l'utilisateur" as two,
/// "OverQuota" and "non-existent" as two, each name as the one character of its mark. A sentence's end is a word of its own.
/// </summary>
internal static class ReplyWords
{
    /// <summary>How much of a text is examined: the first 4,096 characters. Real replies have 40 to 900; the bound keeps hostile ones cheap.</summary>
    public const int MaxExamined = 4096;

    /// <summary>The word that ends a sentence: no phrase reaches over it.</summary>
    public const char SentenceEnd = '\uE000';

    // One folded character gives at most three: a ligature's two and a blank.
    private const int Growth = 3;

    private static readonly string?[] Folded = FoldLatin();

    /// <summary>How long the words of a text can get.</summary>
    public static int MaxLength(int textLength) => (textLength * Growth) + 2;

    /// <summary>Gets the character that a mark reads as.</summary>
    public static char Of(ReplyMark mark) => (char)(SentenceEnd + (int)mark);

    /// <summary>Writes the words of a text, with a blank before the first and behind the last.</summary>
    /// <returns>How many characters were written.</returns>
    public static int Write(ReadOnlySpan<char> text, ReadOnlySpan<ReplyMark> marks, Span<char> words)
    {
        var length = 1;
        words[0] = ' ';
        for (var i = 0; i < text.Length; i++)
        {
            var mark = marks.IsEmpty ? ReplyMark.None : marks[i];
            if (mark is ReplyMark.Continued)
                continue;
            if (mark is ReplyMark.Code or ReplyMark.Noise)
                Blank(words, ref length);
            else if (mark is not ReplyMark.None)
                Word(words, ref length, Of(mark));
            else
                Character(text, i, words, ref length);
        }

        if (words[length - 1] != ' ')
            words[length++] = ' ';
        return length;
    }

    /// <summary>Gets the words of a phrase, without the blanks around.</summary>
    public static string OfPhrase(string phrase)
    {
        var words = new char[MaxLength(phrase.Length)];
        return new string(words, 0, Write(phrase, [], words)).Trim(' ');
    }

    private static void Character(ReadOnlySpan<char> text, int i, Span<char> words, ref int length)
    {
        var c = text[i];
        if (char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c))
            words[length++] = c;
        else if (char.IsAsciiLetterUpper(c))
        {
            // "RecipientNotFound": a capital behind a small letter begins a word.
            if (i > 0 && char.IsAsciiLetterLower(text[i - 1]) && words[length - 1] != ' ')
                words[length++] = ' ';
            words[length++] = (char)(c | 0x20);
        }
        else if (c < 128)
            Punctuation(text, i, words, ref length);
        else
            Beyond(c, words, ref length);
    }

    private static void Punctuation(ReadOnlySpan<char> text, int i, Span<char> words, ref int length)
    {
        if (text[i] == '\'' && i > 0 && i + 1 < text.Length && char.IsLetter(text[i - 1]) && char.IsLetter(text[i + 1]))
        {
            Apostrophe(words, ref length);
            return;
        }

        Blank(words, ref length);
        if (text[i] is ';' || (text[i] is '.' or '!' && (i + 1 == text.Length || text[i + 1] is ' ' or '\n')))
            Word(words, ref length, SentenceEnd);
    }

    private static void Beyond(char c, Span<char> words, ref int length)
    {
        if (c < Folded.Length && Folded[c] is { } folded)
        {
            folded.CopyTo(words[length..]);
            length += folded.Length;
            return;
        }

        switch (CharUnicodeInfo.GetUnicodeCategory(c))
        {
            case UnicodeCategory.NonSpacingMark:
            case UnicodeCategory.Format:
                break;
            case UnicodeCategory.OtherLetter when c >= '\u2E80':
                Word(words, ref length, c); // Written without blanks: each character is a word.
                break;
            case UnicodeCategory.LowercaseLetter or UnicodeCategory.UppercaseLetter or UnicodeCategory.OtherLetter or UnicodeCategory.ModifierLetter:
                words[length++] = c is 'ё' or 'Ё' ? 'е' : char.ToLowerInvariant(c);
                break;
            default:
                if (c is '\u2019')
                    Apostrophe(words, ref length);
                else
                    Blank(words, ref length);
                break;
        }
    }

    // "Doesn't" is one word; "l'utilisateur" and "dell'utente" are two.
    private static void Apostrophe(Span<char> words, ref int length)
    {
        var word = words[(words[..length].LastIndexOf(' ') + 1)..length];
        if (word is "l" or "d" or "n" or "s" or "c" or "j" or "m" or "t" or "qu" or "dell" or "all" or "nell" or "dall" or "sull" or "un" or "quest" or "quell")
            Blank(words, ref length);
    }

    private static void Word(Span<char> words, ref int length, char word)
    {
        Blank(words, ref length);
        words[length++] = word;
        words[length++] = ' ';
    }

    private static void Blank(Span<char> words, ref int length)
    {
        if (words[length - 1] != ' ')
            words[length++] = ' ';
    }

    // Latin-1 Supplement and Latin Extended-A and -B: the letter without its mark; a few have no decomposition.
    private static string?[] FoldLatin()
    {
        var folded = new string?[0x250];
        for (var c = '\u00C0'; c < folded.Length; c++)
        {
            var plain = c.ToString().Normalize(NormalizationForm.FormD)[0];
            folded[c] = char.IsAsciiLetter(plain) ? char.ToLowerInvariant(plain).ToString() : null;
        }

        foreach (var (letters, plain) in (ReadOnlySpan<(string, string)>)[("ßẞ", "ss"), ("æÆ", "ae"), ("œŒ", "oe"), ("øØ", "o"), ("łŁ", "l"), ("đĐðÐ", "d"), ("þÞ", "th"), ("ı", "i")])
        {
            foreach (var letter in letters)
            {
                if (letter < folded.Length)
                    folded[letter] = plain;
            }
        }

        return folded;
    }
}
