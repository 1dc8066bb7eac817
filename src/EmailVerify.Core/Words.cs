using System.Collections.Frozen;
using System.Text.Json;

namespace EmailVerify.Core;

/// <summary>The stable word of each enum value, as API, database and commands spell it: <c>snake_case</c>.</summary>
public static class Words
{
    /// <summary>Gets the word of a value: <c>NoSuchMailbox</c> is <c>no_such_mailbox</c>.</summary>
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum => Table<TEnum>.ByValue[value];

    /// <summary>Finds the value that a word names.</summary>
    /// <returns><see langword="false"/> when no value has that word.</returns>
    public static bool TryParse<TEnum>(string? word, out TEnum value)
        where TEnum : struct, Enum
    {
        value = default;
        return word is not null && Table<TEnum>.ByWord.TryGetValue(word, out value);
    }

    /// <summary>Gets every word of an enum, in declaration order.</summary>
    public static IEnumerable<string> All<TEnum>()
        where TEnum : struct, Enum => Enum.GetValues<TEnum>().Select(Of);

    private static class Table<TEnum>
        where TEnum : struct, Enum
    {
        public static readonly FrozenDictionary<TEnum, string> ByValue =
            Enum.GetValues<TEnum>().ToFrozenDictionary(value => value, value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));

        public static readonly FrozenDictionary<string, TEnum> ByWord =
            ByValue.ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);
    }
}
