using EmailVerify.Host.Pages;

namespace EmailVerify.Browser;

/// <summary>Which page a path leads to.</summary>
public class PagePathsTests
{
    [Theory]
    [InlineData("/", "/index.html")]
    [InlineData("/batches", "/batches.html")]
    [InlineData("/batches/bat_01M86CH6NGEJZ82ZR96BBCGNBY", "/batch.html")]
    [InlineData("/domains/example.com", "/domain.html")]
    [InlineData("/help/file", "/help/file.html")]
    public void Path_OfAPage_HasItsFile(string path, string file) => Assert.Equal(file, PagePaths.Find(path));

    [Theory]
    [InlineData("/v1/batches")]
    [InlineData("/batches/")]
    [InlineData("/batches/a/b")]
    [InlineData("/help/../v1")]
    [InlineData("/help/file.html")]
    [InlineData("/css/app.css")]
    public void Path_OfNoPage_IsLeftAlone(string path) => Assert.Null(PagePaths.Find(path));
}
