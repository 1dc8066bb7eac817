using System.Collections.Immutable;
using EmailVerify.Host.Hosting;

namespace EmailVerify.Host.Cli;

/// <summary>
/// Settings on the command line, <c>--EmailVerify:Smtp:Port=2525</c> or <c>--EmailVerify:Smtp:Port 2525</c>:
/// every configuration key is an option, told from the commands' own by its colon.
/// </summary>
internal static class SettingArguments
{
    /// <summary>Takes the settings out of a command line.</summary>
    /// <returns>The words that are left, and the settings in order.</returns>
    /// <exception cref="OptionsRefusedException">A setting has no value.</exception>
    public static (ImmutableArray<string> Words, ImmutableArray<KeyValuePair<string, string?>> Settings) TakeFrom(IReadOnlyList<string> args)
    {
        var words = ImmutableArray.CreateBuilder<string>();
        var settings = ImmutableArray.CreateBuilder<KeyValuePair<string, string?>>();
        for (var at = 0; at < args.Count; at++)
        {
            var word = args[at];
            if (word is "--")
            {
                words.AddRange(args.Skip(at));
                break;
            }

            var equals = word.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? word : word[..equals];
            if (!name.StartsWith("--", StringComparison.Ordinal) || !name.Contains(':', StringComparison.Ordinal))
                words.Add(word);
            else if (equals >= 0)
                settings.Add(new(name[2..], word[(equals + 1)..]));
            else
                settings.Add(new(name[2..], ++at < args.Count && !args[at].StartsWith("--", StringComparison.Ordinal)
                    ? args[at]
                    : throw new OptionsRefusedException([$"{word} needs a value: {word}=VALUE."])));
        }

        return (words.ToImmutable(), settings.ToImmutable());
    }
}
