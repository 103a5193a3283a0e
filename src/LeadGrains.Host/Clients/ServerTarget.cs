using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using LeadGrains.Host.Certificates;
using LeadGrains.Host.Commands;

namespace LeadGrains.Host.Clients;

/// <summary>A server, how its certificate is checked, and which one is shown to it.</summary>
/// <param name="Address">http or https.</param>
/// <param name="Authority">PEM of the authority that signed the server's certificate; null for those that the system trusts.</param>
/// <param name="Certificate">PEM of the certificate to show; null for none.</param>
/// <param name="Key">PEM of its key; null if it is in the same file.</param>
internal sealed record ServerTarget(Uri Address, string? Authority = null, string? Certificate = null, string? Key = null)
{
    /// <summary>The API key that every call carries; null for none.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Null where nothing but the system's own trust is asked for.</summary>
    /// <exception cref="CommandFailedException">A file cannot be used.</exception>
    public SocketsHttpHandler? CreateHandler()
    {
        if (Authority is null && Certificate is null)
        {
            return null;
        }

        var tls = new SslClientAuthenticationOptions();
        if (Authority is not null)
        {
            tls.CertificateChainPolicy = TrustedRoots.Read(Authority, ServerOption.AuthorityName);
        }

        if (Certificate is not null)
        {
            RefuseMissingKey();

            // A file may hold the certificates between this one and the authority's, too.
            var certificate = CertificateFile.Load(Certificate, Key ?? Certificate, password: null, ServerOption.CertificateName);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(Certificate);
            tls.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true);
        }

        return new SocketsHttpHandler { SslOptions = tls, EnableMultipleHttp2Connections = true, AllowAutoRedirect = false, UseCookies = false };
    }

    private void RefuseMissingKey()
    {
        if (Key is null && File.Exists(Certificate) && File.ReadAllText(Certificate) is var pem
            && pem.Contains("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal) && !pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw new CommandFailedException($"{Certificate} holds no key; name it with {ServerOption.KeyName} FILE.");
        }
    }
}
