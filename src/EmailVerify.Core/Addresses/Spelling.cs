using System.Globalization;
using System.Text;

namespace EmailVerify.Core.Addresses;

/// <summary>How people write a word where only the letters of ASCII are to be had: without its marks (<c>buro</c>), or spelled out (<c>buero</c>).</summary>
internal static class Spelling
{
    /// <summary>Lists the word as it is, and what else it is written as.</summary>
    public static IEnumerable<string> Of(string word)
    {
        yield return word;
        if (Ascii.IsValid(word))
            yield break;

        yield return WithoutMarks(word);
        yield return WithoutMarks(string.Concat(word.Select(SpelledOut)));
    }

    private static string SpelledOut(char letter) => letter switch
    {
        'ä' or 'æ' => "ae",
        'ö' or 'ø' => "oe",
        'ü' => "ue",
        'å' => "aa",
        _ => letter.ToString(),
    };

    private static string WithoutMarks(string word)
    {
        var letters = new StringBuilder(word.Length);
        foreach (var letter in word.Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(letter) is not UnicodeCategory.NonSpacingMark)
                letters.Append(Plain(letter));
        }

        return letters.ToString();
    }

    // Letters with a stroke, and ligatures, do not decompose.
    private static string Plain(char letter) => letter switch
    {
        'ł' => "l",
        'ø' => "o",
        'đ' => "d",
        'ı' => "i",
        'æ' => "ae",
        'œ' => "oe",
        'ß' => "ss",
        _ => letter.ToString(),
    };
}
