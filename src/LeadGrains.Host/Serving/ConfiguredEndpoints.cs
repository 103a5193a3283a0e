using System.Security.Cryptography.X509Certificates;
using LeadGrains.Host.Certificates;
using LeadGrains.Host.Commands;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace LeadGrains.Host.Serving;

/// <summary>
/// Where the server listens, in Kestrel's own keys, from a settings file and the environment. Both, and the clients'
/// authority, are read once, since nothing may pass by the checks; the server's certificates are watched, and renewed
/// ones are taken without a restart.
/// </summary>
internal sealed class ConfiguredEndpoints : IDisposable
{
    private const string Kestrel = "Kestrel";
    private const string ClientCertificates = "ClientCertificates";

    private static readonly string[] CertificateKeys = ["Path", "KeyPath", "Password", "Subject", "Store", "Location", "AllowInvalid"];

    private readonly IConfigurationRoot _settings;
    private readonly X509ChainPolicy? _clientAuthority;

    private ConfiguredEndpoints(IConfigurationRoot settings)
    {
        _settings = settings;
        RefuseUnknownKeys(settings);
        if (settings[$"{ClientCertificates}:Authority"] is { } file)
        {
            _clientAuthority = TrustedRoots.Read(file, $"{ClientCertificates}:Authority");
        }

        var kestrel = settings.GetSection(Kestrel);
        ConfiguredEndpoint.RefuseUnknownProtocols(kestrel.GetSection("EndpointDefaults"));
        var defaultCertificate = kestrel.GetSection("Certificates:Default");
        All = [.. kestrel.GetSection("Endpoints").GetChildren().Select(endpoint => ConfiguredEndpoint.Read(endpoint, defaultCertificate))];
        if (_clientAuthority is not null && !All.Any(endpoint => endpoint.IsTls))
        {
            throw new CommandFailedException($"{ClientCertificates}:Authority is given, but no endpoint is https, so no client would be asked for a certificate.");
        }
    }

    public IReadOnlyList<ConfiguredEndpoint> All { get; }

    /// <summary>Null if neither the file nor the environment names an endpoint.</summary>
    /// <param name="file">JSON; null for the environment alone.</param>
    /// <exception cref="CommandFailedException">Something that the operator can mend.</exception>
    public static ConfiguredEndpoints? Read(string? file)
    {
        var builder = new ConfigurationBuilder();
        try
        {
            if (file is not null)
            {
                builder.AddJsonFile(Path.GetFullPath(file), optional: false, reloadOnChange: false);
            }

            var endpoints = new ConfiguredEndpoints(builder.AddEnvironmentVariables().Build());
            return endpoints.All.Count > 0 ? endpoints : null;
        }
        catch (FileNotFoundException failure)
        {
            throw new CommandFailedException($"There is no file {file}.", failure);
        }
        catch (InvalidDataException failure)
        {
            throw new CommandFailedException($"{file} is no settings file: {failure.InnerException?.Message ?? failure.Message}", failure);
        }
    }

    /// <param name="kestrel">The server's options.</param>
    /// <param name="listening">Told each endpoint; its port is known once the server has started.</param>
    /// <param name="room">Counts connections.</param>
    public void ListenOn(KestrelServerOptions kestrel, Action<ListeningEndpoint> listening, ConnectionRoom room)
    {
        kestrel.ConfigureHttpsDefaults(https =>
        {
            if (_clientAuthority is not null)
            {
                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                https.OnAuthenticate = (_, tls) => tls.CertificateChainPolicy = _clientAuthority;
            }
        });

        // What can change here are the files of the certificates.
        var loader = kestrel.Configure(_settings.GetSection(Kestrel), reloadOnChange: true);
        foreach (var endpoint in All)
        {
            loader.Endpoint(endpoint.Name, configured =>
            {
                room.Bound(configured.ListenOptions);
                FirstBytes.AskFor(configured.ListenOptions);
                listening(new ListeningEndpoint(configured.ListenOptions, configured.IsHttps));
            });
        }
    }

    public void Dispose() => (_settings as IDisposable)?.Dispose();

    // A key that is misspelt would leave a door open that its operator thinks closed.
    private static void RefuseUnknownKeys(IConfigurationRoot settings)
    {
        foreach (var provider in settings.Providers.OfType<Microsoft.Extensions.Configuration.Json.JsonConfigurationProvider>())
        {
            Refuse(provider.GetChildKeys([], null).Distinct(StringComparer.OrdinalIgnoreCase), "The settings have", [Kestrel, ClientCertificates, Settings.SettingsFile.Section]);
        }

        Refuse(settings.GetSection(ClientCertificates), ["Authority"]);
        var kestrel = settings.GetSection(Kestrel);
        Refuse(kestrel, ["Endpoints", "EndpointDefaults", "Certificates"]);
        Refuse(kestrel.GetSection("EndpointDefaults"), ["Protocols", "SslProtocols"]);
        foreach (var endpoint in kestrel.GetSection("Endpoints").GetChildren())
        {
            Refuse(endpoint, ["Url", "Protocols", "SslProtocols", "ClientCertificateMode", "Certificate"]);
            Refuse(endpoint.GetSection("Certificate"), CertificateKeys);
        }

        foreach (var certificate in kestrel.GetSection("Certificates").GetChildren())
        {
            Refuse(certificate, CertificateKeys);
        }
    }

    private static void Refuse(IConfigurationSection section, string[] known) =>
        Refuse(section.GetChildren().Select(child => child.Key), $"{section.Path} has", known);

    private static void Refuse(IEnumerable<string> keys, string whoHas, string[] known)
    {
        if (keys.FirstOrDefault(key => !known.Contains(key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw new CommandFailedException($"{whoHas} an unknown key {unknown}. Known are {string.Join(", ", known)}.");
        }
    }
}
