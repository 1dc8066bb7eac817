using System.Text;
using EmailVerify.Core.Batches;
using EmailVerify.Host.Cli;
using EmailVerify.Host.Hosting;

namespace EmailVerify.Host.Tests.Cli;

public sealed class VerifyFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("emailverify-cli-").FullName;

    public static TheoryData<UploadFault, string> Faults => new()
    {
        { new UploadFault.Malformed(3, 40, "A quote is not closed."), "Row 3 of the file, about octet 40: A quote is not closed." },
        { new UploadFault.ColumnAmbiguous(["home", "wo\u001brk"]), "\"home\", \"wo\uFFFDrk\"" },
        { new UploadFault.ColumnAmbiguous([]), "--column" },
        { new UploadFault.ColumnAmbiguous(["name", "ort"]) { NoneSeems = true }, "No column seems to hold addresses. The file has \"name\", \"ort\". --column takes a name or a number from 1." },
        { new UploadFault.ColumnAmbiguous(["home", "work"]), "Several columns may hold the addresses: \"home\", \"work\". --column takes" },
        { new UploadFault.ColumnNotFound(["name", "ort", "mail"]) { Wish = "9" }, "There is no column \"9\": the file has 3 (\"name\", \"ort\", \"mail\"). --column takes a name or a number from 1." },
        { new UploadFault.ColumnNotFound([]), "--column" },
        { new UploadFault.Empty(), "no row" },
        { new UploadFault.TooManyRows(7), "7" },
        { new UploadFault.TooLarge(7), "7" },
        { new UploadFault.Invalid("/emails", "type", "The member is no array."), "The member is no array. (/emails)" },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public void Fault_Any_IsOneSentenceWithoutControls(UploadFault fault, string part)
    {
        var sentence = FaultSentences.Of(fault);
        Assert.Contains(part, sentence, StringComparison.Ordinal);
        Assert.DoesNotContain(sentence, char.IsControl);
    }

    [Theory]
    [InlineData("email\na@b.example\n", "Csv")]
    [InlineData("", "Csv")]
    [InlineData("\"email\",\"name\"\n\"a@b.example\",\"a\"\n", "Csv")]
    [InlineData("\"email\"\n\"a@b.example\"\n", "Csv")]
    [InlineData("\"a@b.example\"\n\"c@d.example\"\n", "Ndjson")]
    [InlineData("\uFEFF \n{\"email\":\"a@b.example\"}\n{\"email\":\"c@d.example\"}\n", "Ndjson")]
    [InlineData("{\"emails\":[\"a@b.example\"]}", "Json")]
    [InlineData("{\n  \"name\": \"x\",\n  \"emails\": [\"a@b.example\"]}", "Json")]
    [InlineData("[\"a@b.example\"]", "Json")]
    public void Input_ByItsBeginning_IsOfAFormat(string text, string format) => Assert.Equal(format, SourceFile.FormatOf(Encoding.UTF8.GetBytes(text)).ToString());

    [Theory]
    [InlineData("list.csv", "Csv")]
    [InlineData("list.NDJSON", "Ndjson")]
    [InlineData("list.jsonl", "Ndjson")]
    [InlineData("list.Json", "Json")]
    [InlineData("list", "Csv")]
    public async Task File_ByItsName_IsOfAFormat(string name, string format)
    {
        await using var file = await OpenAsync(await WriteAsync(name, "x"));
        Assert.Equal((format, name, 0L), (file.Format.ToString(), file.Name, file.Stream.Position));
    }

    [Fact]
    public async Task Fingerprint_OctetsAndColumn_MakeIt()
    {
        var (one, same, other) = (await WriteAsync("1.csv", "email\nx"), await WriteAsync("2.csv", "email\nx"), await WriteAsync("3.csv", "email\ny"));
        await using var first = await OpenAsync(one);
        await using var again = await OpenAsync(same);
        await using var changed = await OpenAsync(other);
        await using var column = await OpenAsync(one, "email");
        await using var input = await SourceFile.OpenAsync("-", column: null, () => new MemoryStream("email\nx"u8.ToArray()), Token);
        Assert.Equal(first.Fingerprint, again.Fingerprint);
        Assert.Equal(first.Fingerprint, input.Fingerprint);
        Assert.Equal(3, new HashSet<string>(StringComparer.Ordinal) { first.Fingerprint, changed.Fingerprint, column.Fingerprint }.Count);
        Assert.Equal("email\nx", await new StreamReader(input.Stream).ReadToEndAsync(Token));
    }

    [Theory]
    [InlineData("nowhere.csv", "There is no file")]
    [InlineData("nowhere/nothing.csv", "There is no file")]
    [InlineData(".", "is a folder")]
    public async Task File_Unreadable_IsOneSentenceAndExitCode2(string name, string complaint)
    {
        var refused = await Assert.ThrowsAsync<CommandRefusedException>(() => OpenAsync(Path.Combine(folder, name)));
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(complaint, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Output_IsThereWholeOrNotAtAll()
    {
        var path = await WriteAsync("out.csv", "before");
        await using (var dropped = Open(path))
            await dropped.Stream.WriteAsync("half"u8.ToArray(), Token);
        Assert.Equal("before", await File.ReadAllTextAsync(path, Token));

        await using (var kept = Open(path))
        {
            await kept.Stream.WriteAsync("whole"u8.ToArray(), Token);
            Assert.Equal("before", await File.ReadAllTextAsync(path, Token));
            await kept.CommitAsync();
        }

        Assert.Equal("whole", await File.ReadAllTextAsync(path, Token));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("nowhere/out.csv")]
    [InlineData(".")]
    public void Output_Unwritable_IsSaidAtOnceAndExitCode2(string name)
    {
        var refused = Assert.Throws<CommandRefusedException>(() => Open(Path.Combine(folder, name)));
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("--output", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("k\n")]
    public void Server_WithoutAKey_IsExitCode2(string key)
    {
        var refused = Assert.Throws<CommandRefusedException>(() => ServerClient.KeyOf(key));
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("--key", refused.Message, StringComparison.Ordinal);
    }

    private static Task<SourceFile> OpenAsync(string path, string? column = null) => SourceFile.OpenAsync(path, column, () => Stream.Null, Token);

    private static OutputFile Open(string path) => OutputFile.Open(path, () => Stream.Null);

    private async Task<string> WriteAsync(string name, string text)
    {
        var path = Path.Combine(folder, name);
        await File.WriteAllTextAsync(path, text, Token);
        return path;
    }
}
