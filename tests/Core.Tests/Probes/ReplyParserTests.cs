using System.Text;
using CsCheck;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Tests.Probes;

public sealed class ReplyParserTests
{
    [Theory]
    [InlineData("250 ok\r\n", 250, null, "ok")]
    [InlineData("250 ok\n", 250, null, "ok")]
    [InlineData("550\r\n", 550, null, "")]
    [InlineData("550 \r\n", 550, null, "")]
    [InlineData("550\n", 550, null, "")]
    [InlineData("550 5.1.1 no such user\r\n", 550, "5.1.1", "no such user")]
    [InlineData("550-5.1.1 one\r\n550-5.7.1 two\n550 three\r\n", 550, "5.1.1", "one\ntwo\nthree")]
    [InlineData("250-\r\n250-PIPELINING\r\n250 8BITMIME\r\n", 250, null, "\nPIPELINING\n8BITMIME")]
    [InlineData("250-\r\n250\r\n", 250, null, "\n")]
    [InlineData("451 a\0b\u0007\rc\r\n", 451, null, "a\0b\u0007\rc")]
    [InlineData("599 x\r\n", 599, null, "x")]
    public void Read_AReplyInAnyPieces_IsTheSameReply(string octets, int code, string? enhanced, string text)
    {
        foreach (var size in new[] { 1, 2, 3, 5, 1_000 })
        {
            var reply = Assert.Single(Replies(Encoding.UTF8.GetBytes(octets), size));
            Assert.Equal(code, reply.Code);
            Assert.Equal(enhanced, reply.Enhanced?.ToString());
            Assert.Equal(text, reply.Text);
        }
    }

    [Fact]
    public void Read_ALineThatIsNotUtf8_IsLatin1AndTheOthersStayUtf8()
    {
        byte[] octets = [.. "550-"u8, 0xFC, .. "ber\r\n550 "u8, .. "größe"u8, .. "\r\n"u8];
        Assert.Equal("über\ngröße", Assert.Single(Replies(octets, 7)).Text);
    }

    [Fact]
    public void Read_TwoRepliesInOnePiece_LeavesTheSecond()
    {
        var octets = "250 a\r\n550 b\r\n"u8;
        var parser = new ReplyParser();
        var first = parser.Read(octets);
        Assert.Equal(("a", 7), (first.Reply!.Text, first.Consumed));
        var second = parser.Read(octets[first.Consumed..]);
        Assert.Equal(("b", 7), (second.Reply!.Text, second.Consumed));
    }

    [Fact]
    public void Read_TheEndOfAReplyAndMore_CountsOnlyWhatBelongsToIt()
    {
        var parser = new ReplyParser();
        Assert.Equal(new ReplyRead(6, null, ReplyViolation.None), parser.Read("250-a\r"u8));
        Assert.True(parser.IsInReply);
        var read = parser.Read("\n250 b\r\n421 c\r\n"u8);
        Assert.Equal(("a\nb", 8), (read.Reply!.Text, read.Consumed));
        Assert.False(parser.IsInReply);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n", ReplyViolation.NotAReply)]
    [InlineData("SSH-2.0-x\r\n", ReplyViolation.NotAReply)]
    [InlineData("\r\n", ReplyViolation.NotAReply)]
    [InlineData("\n", ReplyViolation.NotAReply)]
    [InlineData("25\r\n", ReplyViolation.NotAReply)]
    [InlineData("2a0 ok\r\n", ReplyViolation.NotAReply)]
    [InlineData("250\tok\r\n", ReplyViolation.NotAReply)]
    [InlineData("250ok\r\n", ReplyViolation.NotAReply)]
    [InlineData("250\rok\r\n", ReplyViolation.NotAReply)]
    [InlineData("150 ok\r\n", ReplyViolation.NotAReply)]
    [InlineData("650 ok\r\n", ReplyViolation.NotAReply)]
    [InlineData("250-a\r\nb\r\n", ReplyViolation.NotAReply)]
    [InlineData("250-a\r\n550 b\r\n", ReplyViolation.CodesDiffer)]
    public void Read_WhatIsNoReply_IsAViolationInAnyPieces(string octets, ReplyViolation expected)
    {
        foreach (var size in new[] { 1, 2, 4, 1_000 })
            Assert.Equal(expected, Violation(Encoding.UTF8.GetBytes(octets), size));
    }

    [Theory]
    [InlineData("H")]
    [InlineData("25x")]
    [InlineData("\u0016\u0003\u0001")]
    public void Read_TheFirstOctetsOfAnotherProtocol_AreFoundOutBeforeALineEnds(string octets) =>
        Assert.Equal(ReplyViolation.NotAReply, new ReplyParser().Read(Encoding.UTF8.GetBytes(octets)).Violation);

    [Theory]
    [InlineData(1)]
    [InlineData(1_460)]
    [InlineData(1_000_000)]
    public void Read_AtTheBounds_AcceptsTheLastAndRefusesTheNext(int size)
    {
        Assert.Single(Replies(Line(250, ' ', ReplyParser.MaxLineOctets), size));
        Assert.Equal(ReplyViolation.LineTooLong, Violation(Line(250, ' ', ReplyParser.MaxLineOctets + 1), size));

        Assert.Single(Replies(Lines(ReplyParser.MaxLines, 20), size));
        Assert.Equal(ReplyViolation.TooManyLines, Violation(Lines(ReplyParser.MaxLines + 1, 20), size));

        // 64 lines of 1,024 octets are 64 KiB; one octet more is too much.
        Assert.Single(Replies(Lines(64, 1_024), size));
        Assert.Equal(ReplyViolation.TooLarge, Violation([.. Lines(63, 1_024, isWhole: false), .. Line(250, ' ', 1_025)], size));
    }

    [Theory]
    [InlineData("250 ", "xxxxxxxxxxxxxxxxxxxxxxxxx", ReplyViolation.LineTooLong)]
    [InlineData("", "250-x\r\n", ReplyViolation.TooManyLines)]
    public void Read_WithoutEnd_StopsAtABoundAndStaysStopped(string beginning, string piece, ReplyViolation expected)
    {
        var parser = new ReplyParser();
        var octets = Encoding.UTF8.GetBytes(piece);
        var read = parser.Read(Encoding.UTF8.GetBytes(beginning + piece));
        for (var taken = 0; read.Violation is ReplyViolation.None && taken <= ReplyParser.MaxReplyOctets; taken += octets.Length)
            read = parser.Read(octets);
        Assert.Equal(expected, read.Violation);
        Assert.Equal(expected, parser.Read("250 ok\r\n"u8).Violation);
    }

    [Fact]
    public void Read_AReplyAfterAHugeOne_IsReadAsEver()
    {
        var parser = new ReplyParser();
        Assert.Null(parser.Read(Lines(64, 1_024).AsSpan(0, 60_000)).Reply);
        Assert.NotNull(parser.Read(Lines(64, 1_024).AsSpan(60_000)).Reply);
        Assert.Equal("ok", parser.Read("250 ok\r\n"u8).Reply!.Text);
    }

    [Fact]
    public void Read_AnyOctetsInAnyPieces_EndAsInOnePiece()
    {
        string[] codes = ["250-", "250 ", "550-", "550 ", "", "4", "421"];
        string[] texts = ["", "ok", "5.1.1 no", "5.7.1", "\0", "ü"];
        string[] ends = ["\r\n", "\n", "\r\r\n"];
        var line = Gen.Select(Gen.Int[0, codes.Length - 1], Gen.Int[0, texts.Length - 1], Gen.Int[0, ends.Length - 1], (code, text, end) => codes[code] + texts[text] + ends[end]);
        var stream = line.Array[1, 6].Select(lines => Encoding.UTF8.GetBytes(string.Concat(lines)));
        Gen.Select(stream, Gen.Int[1, 7]).Sample((octets, size) => Assert.Equal(Story(octets, octets.Length), Story(octets, size)));
    }

    private static string Story(byte[] octets, int size)
    {
        var story = new StringBuilder();
        var parser = new ReplyParser();
        foreach (var piece in octets.Chunk(size))
        {
            for (var rest = piece.AsSpan(); !rest.IsEmpty;)
            {
                var read = parser.Read(rest);
                rest = rest[read.Consumed..];
                if (read.Reply is { } reply)
                    story.Append(reply).Append('|');
                if (read.Violation is not ReplyViolation.None)
                    return story.Append(read.Violation).ToString();
            }
        }

        return story.ToString();
    }

    private static List<SmtpReply> Replies(byte[] octets, int size)
    {
        var parser = new ReplyParser();
        var replies = new List<SmtpReply>();
        foreach (var piece in octets.Chunk(size))
        {
            var read = parser.Read(piece);
            Assert.Equal(ReplyViolation.None, read.Violation);
            Assert.Equal(piece.Length, read.Consumed);
            if (read.Reply is { } reply)
                replies.Add(reply);
        }

        Assert.False(parser.IsInReply);
        return replies;
    }

    private static ReplyViolation Violation(byte[] octets, int size)
    {
        var parser = new ReplyParser();
        foreach (var piece in octets.Chunk(size))
        {
            var read = parser.Read(piece);
            Assert.Null(read.Reply);
            if (read.Violation is not ReplyViolation.None)
                return read.Violation;
        }

        return ReplyViolation.None;
    }

    private static byte[] Line(int code, char separator, int length) => Encoding.ASCII.GetBytes($"{code}{separator}{new string('x', length - 6)}\r\n");

    private static byte[] Lines(int count, int length, bool isWhole = true) =>
        [.. Enumerable.Range(1, count).SelectMany(line => Line(250, isWhole && line == count ? ' ' : '-', length))];
}
