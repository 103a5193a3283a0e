using System.Net;
using System.Security.Authentication;
using LeadGrains.Host.Certificates;
using LeadGrains.Host.Commands;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace LeadGrains.Host.Serving;

/// <summary>One endpoint of the settings, as far as it must be known before Kestrel reads it.</summary>
/// <param name="Name">As the settings name it.</param>
/// <param name="Url">Where it listens.</param>
/// <param name="IsTls">True for https.</param>
/// <param name="Certificate">The server's; null without TLS, or where it is in a store of the system's.</param>
internal sealed record ConfiguredEndpoint(string Name, string Url, bool IsTls, CertificateFile? Certificate)
{
    /// <summary>True if other machines can connect.</summary>
    public bool IsOpen
    {
        get
        {
            var address = BindingAddress.Parse(Url);
            var host = address.Host.Trim('[', ']');
            return !address.IsUnixPipe && host != "localhost" && !(IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip));
        }
    }

    /// <exception cref="CommandFailedException">Something that the operator can mend.</exception>
    public static ConfiguredEndpoint Read(IConfigurationSection section, IConfigurationSection defaultCertificate)
    {
        var url = section["Url"] ?? throw new CommandFailedException($"{section.Path} has no Url, such as https://127.0.0.1:7443.");
        var isTls = url.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        if (!isTls && !url.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
        {
            throw new CommandFailedException($"{section.Path}:Url wants a URL such as https://127.0.0.1:7443, not '{url}'.");
        }

        RefuseUnknownProtocols(section);
        Choose<ClientCertificateMode>(section.GetSection("ClientCertificateMode"));
        return new ConfiguredEndpoint(section.Key, url, isTls, isTls ? ReadCertificate(section, defaultCertificate) : null);
    }

    /// <param name="section">An endpoint, or the defaults of all.</param>
    /// <exception cref="CommandFailedException">A protocol that Kestrel would pass over.</exception>
    public static void RefuseUnknownProtocols(IConfigurationSection section)
    {
        Choose<HttpProtocols>(section.GetSection("Protocols"));
        var tls = section.GetSection("SslProtocols");
        if (tls.Value is { Length: > 0 } scalar)
        {
            throw new CommandFailedException($"{tls.Path} is a list, such as [\"Tls13\"], not '{scalar}'.");
        }

        foreach (var protocol in tls.GetChildren())
        {
            Choose<SslProtocols>(protocol);
        }
    }

    // Kestrel passes over a value that it does not know.
    private static TChoice? Choose<TChoice>(IConfigurationSection value)
        where TChoice : struct, Enum =>
        value.Value is not { } text ? null
        : Enum.TryParse<TChoice>(text, ignoreCase: true, out var choice) ? choice
        : throw new CommandFailedException($"{value.Path} is one of {string.Join(", ", Enum.GetNames<TChoice>())}, not '{text}'.");

    private static CertificateFile? ReadCertificate(IConfigurationSection endpoint, IConfigurationSection defaultCertificate)
    {
        var section = endpoint.GetSection("Certificate");
        section = section.Exists() ? section : defaultCertificate;
        if (!section.Exists())
        {
            throw new CommandFailedException($"{endpoint.Path} is https and has no certificate: give Certificate:Path and Certificate:KeyPath.");
        }

        return section["Path"] is { } path ? CertificateFile.Read(path, section["KeyPath"], section["Password"], section.Path) : null;
    }
}
