using EmailVerify.Host.Cli;

namespace EmailVerify.Host.Tests.Cli;

public sealed class PaletteTests
{
    [Theory]
    [InlineData(true, "xterm-256color", null, true)]
    [InlineData(true, "xterm-256color", "", true)]
    [InlineData(true, "xterm-256color", "1", false)]
    [InlineData(true, "dumb", null, false)]
    [InlineData(true, "", null, false)]
    [InlineData(true, null, null, false)]
    [InlineData(false, "xterm-256color", null, false)]
    public void Palette_OfAStream_HasColoursOnlyWhereTheyAreSeenAndWanted(bool isTerminal, string? term, string? noColor, bool hasColours)
    {
        var palette = Palette.Of(isTerminal, name => name is "TERM" ? term : name is "NO_COLOR" ? noColor : null);
        Assert.Equal(hasColours ? "\u001b[32mwell\u001b[0m" : "well", palette.Good("well"));
    }

    [Fact]
    public void Colours_AreDifferent() =>
        Assert.Equal(4, new[] { Palette.Coloured.Good("x"), Palette.Coloured.Doubtful("x"), Palette.Coloured.Bad("x"), Palette.Coloured.Faint("x") }.Distinct(StringComparer.Ordinal).Count());
}
