using LeadGrains.EndToEnd.Tests.Interop;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace LeadGrains.EndToEnd.Tests.Browser;

/// <summary>A folder with pages and what they import, and the web servers that show it: one for each origin.</summary>
internal sealed class PageSite : IAsyncDisposable
{
    private static readonly string[] Sources = ["page.html", "checks.js", "textchecks.js"];
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly TempFolder _folder = new();
    private readonly List<WebApplication> _servers = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public string Folder => _folder.Path;

    /// <summary>Generates the API's messages and clients with protoc-gen-es, as protos/README.md shows.</summary>
    public static async Task<PageSite> CreateAsync()
    {
        var buf = await OtherPrograms.RequireBufAsync();
        var site = new PageSite();
        foreach (var source in Sources)
            File.Copy(Path.Combine(RepositoryFiles.Root, "tests", "LeadGrains.EndToEnd.Tests", "Browser", source), site._folder.At(source));
        await File.WriteAllTextAsync(site._folder.At("package.json"), """{"type": "module"}""", Cancelled);
        Directory.CreateSymbolicLink(site._folder.At("node_modules"), OtherPrograms.NodeModules);

        await using var generating = RunningProcess.Start(
            "env",
            [$"PATH={Path.Combine(OtherPrograms.NodeModules, ".bin")}:{Environment.GetEnvironmentVariable("PATH")}", buf, "generate", RepositoryFiles.Protos, "--template", ReadmeText.GenerateTemplate()],
            site.Folder);
        Assert.True(await generating.WaitAsync(Limit, Cancelled) == 0, generating.Output);
        return site;
    }

    /// <summary>Without generated clients.</summary>
    public static PageSite Plain()
    {
        var site = new PageSite();
        Directory.CreateSymbolicLink(site._folder.At("node_modules"), OtherPrograms.NodeModules);
        return site;
    }

    public Task WriteAsync(string file, string text) => File.WriteAllTextAsync(_folder.At(file), text, Cancelled);

    /// <summary>Shows the folder on a port, and so at an origin, of its own.</summary>
    public async Task<Uri> ShowAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        server.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(Folder) });
        _servers.Add(server);
        await server.StartAsync(Cancelled);
        return new Uri(server.Urls.Single());
    }

    /// <summary>What Chromium shows of a page once that is done.</summary>
    /// <param name="page">The page.</param>
    /// <param name="userAgent">What Chromium calls itself; its own name, which says that nobody sits before it, where none is given.</param>
    public static async Task<string> BrowseAsync(Uri page, string? userAgent = null)
    {
        var script = Path.Combine(RepositoryFiles.Root, "tests", "LeadGrains.EndToEnd.Tests", "Browser", "browse.js");
        await using var browsing = RunningProcess.Start("node", userAgent is null ? [script, page.ToString()] : [script, page.ToString(), userAgent]);
        Assert.True(await browsing.WaitAsync(TimeSpan.FromMinutes(2), Cancelled) == 0, browsing.Output);
        return browsing.Output;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();
        _folder.Dispose();
    }
}
