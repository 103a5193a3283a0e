using System.Text;

namespace LeadGrains.Scoring.Tests.Domains;

public class AccountDomainTests
{
    [Theory]
    // The list's own published test cases, and cases of each kind of rule.
    [InlineData("com", null)]
    [InlineData("example.com", "example.com")]
    [InlineData("b.example.COM", "example.com")]
    [InlineData("a.b.example.com", "example.com")]
    [InlineData("uk.com", null)]
    [InlineData("example.uk.com", "example.uk.com")]
    [InlineData("test.ac", "test.ac")]
    [InlineData("mm", null)]
    [InlineData("c.mm", null)]
    [InlineData("b.c.mm", "b.c.mm")]
    [InlineData("a.b.c.mm", "b.c.mm")]
    [InlineData("acme.co.uk", "acme.co.uk")]
    [InlineData("mail.acme.co.uk", "acme.co.uk")]
    [InlineData("co.uk", null)]
    [InlineData("www.ck", "www.ck")]
    [InlineData("www.www.ck", "www.ck")]
    [InlineData("b.test.ck", "b.test.ck")]
    [InlineData("test.kobe.jp", null)]
    [InlineData("b.test.kobe.jp", "b.test.kobe.jp")]
    [InlineData("city.kobe.jp", "city.kobe.jp")]
    [InlineData("www.city.kobe.jp", "city.kobe.jp")]
    [InlineData("ide.kyoto.jp", null)]
    [InlineData("a.b.ide.kyoto.jp", "b.ide.kyoto.jp")]
    [InlineData("test.k12.ak.us", "test.k12.ak.us")]
    [InlineData("unlisted.example", "unlisted.example")]
    [InlineData("b.unlisted.example", "unlisted.example")]
    [InlineData("食狮.公司.cn", "食狮.公司.cn")]
    [InlineData("www.食狮.公司.cn", "食狮.公司.cn")]
    [InlineData("公司.cn", null)]
    [InlineData("www.xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn")]
    [InlineData("xn--55qx5d.cn", null)]
    [InlineData("acme.github.io", "acme.github.io")]
    [InlineData("github.io", null)]
    [InlineData("localhost", null)]
    [InlineData("10.0.0.1", null)]
    [InlineData("a..com", null)]
    [InlineData(".com", null)]
    [InlineData("acme.com.", null)]
    [InlineData("-acme.com", null)]
    [InlineData("ac me.com", null)]
    [InlineData("ac_me.com", null)]
    [InlineData("", null)]
    public void Registrable_OfAHost_IsItsSuffixAndALabel(string host, string? domain) =>
        Assert.Equal(domain, AccountDomain.Registrable(host));

    [Theory]
    [InlineData("Ann@Mail.ACME.co.uk", "acme.co.uk")]
    [InlineData("\"a@b\"@acme.com", "acme.com")]
    [InlineData("müller@MÜLLER.de", "müller.de")]
    [InlineData("ann@gmail.com", null)]
    [InlineData("ann@anything.gmail.com", null)]
    [InlineData("ann@notgmail.com", "notgmail.com")]
    [InlineData("ann@yahoo.com", null)]
    [InlineData("ann@yahoo.co.uk", null)]
    [InlineData("ann@yahoo.com.br", null)]
    [InlineData("ann@eu.yahoo.fr", null)]
    [InlineData("ann@yahoo.github.io", "yahoo.github.io")]
    [InlineData("ann@yahoo.acme.com", "acme.com")]
    [InlineData("ann@hotmail.com", null)]
    [InlineData("ann@hotmail.de", null)]
    [InlineData("ann@outlook.com", null)]
    [InlineData("ann@icloud.com", null)]
    [InlineData("ann@proton.me", null)]
    [InlineData("ann@qq.com", null)]
    [InlineData("ann@163.com", null)]
    [InlineData("ann@mail.ru", null)]
    [InlineData("ann@gmx.net", null)]
    [InlineData("ann@gmx.at", null)]
    [InlineData("ann@web.de", null)]
    [InlineData("42+ann@users.noreply.github.com", null)]
    [InlineData("noreply@github.com", "github.com")]
    [InlineData("ann@co.uk", null)]
    [InlineData("ann", null)]
    [InlineData("@acme.com", null)]
    [InlineData("ann@", null)]
    [InlineData("ann@acme", null)]
    [InlineData("ann smith@acme.com", null)]
    [InlineData("ann@[10.0.0.1]", null)]
    [InlineData("", null)]
    public void Of_AnAddress_IsItsCompanysDomain(string email, string? domain) =>
        Assert.Equal(domain, AccountDomain.Of(Encoding.UTF8.GetBytes(email), FreeMail.Default));

    [Theory]
    [InlineData("ann@acme.com", AddressReach.Account)]
    [InlineData("ann@users.noreply.github.com", AddressReach.Person)]
    [InlineData("ann@gmail.com", AddressReach.Person)]
    [InlineData("ann@co.uk", AddressReach.Person)]
    [InlineData("n/a", AddressReach.Nowhere)]
    [InlineData("ann@acme.com ", AddressReach.Nowhere)]
    [InlineData("Ann <ann@acme.com>", AddressReach.Nowhere)]
    [InlineData("", AddressReach.Nowhere)]
    public void ReachOf_AnAddress_IsAnAccountAPersonOrNothing(string email, AddressReach reach) =>
        Assert.Equal(reach, AccountDomain.ReachOf(Encoding.UTF8.GetBytes(email), FreeMail.Default));

    [Fact]
    public void Of_AnAddressOfBrokenBytesOrGreatLength_IsNone()
    {
        Assert.Null(AccountDomain.Of([.. "a@b"u8, 0xFF, .. ".com"u8], FreeMail.Default));
        Assert.Null(AccountDomain.Of(Encoding.UTF8.GetBytes($"{new string('a', 400)}@acme.com"), FreeMail.Default));
        Assert.Null(AccountDomain.Of(Encoding.UTF8.GetBytes($"a@{new string('a', 64)}.com"), FreeMail.Default));
    }

    [Fact]
    public void Of_ADomainOfMoreThan128Bytes_IsNone()
    {
        var wide = $"{new string('\u6f22', 63)}.{new string('\u5b57', 42)}";

        Assert.Null(AccountDomain.Of(Encoding.UTF8.GetBytes($"a@{wide}"), FreeMail.Default));
        Assert.Null(AccountDomain.NormaliseDomain(wide));
        Assert.Null(AccountDomain.Registrable(wide));
        Assert.Equal(128, Encoding.UTF8.GetByteCount(AccountDomain.Registrable(LongAscii(128))!));
        Assert.Null(AccountDomain.Registrable(LongAscii(129)));
        Assert.Equal("acme.com", AccountDomain.Registrable($"{new string('\u6f22', 60)}.acme.com"));
        Assert.Null(AccountDomain.Registrable($"{new string('\u6f22', 42)}.{new string('\u6f22', 42)}.acme.com"));
    }

    [Fact]
    public void Of_LettersThatGrowInLowerCase_AreCountedAsTheyAreKept()
    {
        // U+023A takes two bytes, U+2C65, its lower case, three.
        const string Fits = "\u023a";
        Assert.Equal($"{new string('\u2c65', 41)}x.com", AccountDomain.NormaliseDomain($"{new string(Fits[0], 41)}x.com"));
        Assert.Null(AccountDomain.NormaliseDomain($"{new string(Fits[0], 42)}.com"));
        Assert.Null(AccountDomain.Of(Encoding.UTF8.GetBytes($"a@{new string(Fits[0], 60)}.com"), FreeMail.Default));
    }

    // A public suffix of one label and one label more: "aaa….bbb…", both labels of 63 letters at most.
    private static string LongAscii(int bytes) => $"{new string('\u00e9', (bytes - 64) / 2)}{new string('a', bytes % 2)}.{new string('b', 63)}";

    [Fact]
    public void Of_WithAModelsOwnLists_AddsAndRemoves()
    {
        var model = Samples.Model("free_mail: {add: [mail.acme.com, students.example], remove: [outlook.ie, corp.gmail.com]}");
        Assert.Null(AccountDomain.Of("a@mail.acme.com"u8, model.FreeMail));
        Assert.Null(AccountDomain.Of("a@x.mail.acme.com"u8, model.FreeMail));
        Assert.Equal("acme.com", AccountDomain.Of("a@acme.com"u8, model.FreeMail));
        Assert.Null(AccountDomain.Of("a@students.example"u8, model.FreeMail));
        Assert.Equal("outlook.ie", AccountDomain.Of("a@outlook.ie"u8, model.FreeMail));
        Assert.Null(AccountDomain.Of("a@outlook.com"u8, model.FreeMail));
        Assert.Equal("gmail.com", AccountDomain.Of("a@x.corp.gmail.com"u8, model.FreeMail));
        Assert.Null(AccountDomain.Of("a@gmail.com"u8, model.FreeMail));
    }

    [Theory]
    [InlineData("Acme.COM", "acme.com")]
    [InlineData("acme.co.uk", "acme.co.uk")]
    [InlineData("eu.acme.com", null)]
    [InlineData("co.uk", null)]
    [InlineData("acme", null)]
    [InlineData("https://acme.com", null)]
    public void NormaliseDomain_OfAClaim_MustBeRegistrable(string claim, string? domain) =>
        Assert.Equal(domain, AccountDomain.NormaliseDomain(claim));

    [Fact]
    public void FreeMail_OfTheBuiltInList_HoldsOnlyHosts()
    {
        var lines = Resource.Read("free-mail.txt").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '#')
            .ToList();
        Assert.Equal(lines.Distinct(), lines);
        Assert.True(lines.Count > 300);
        foreach (var line in lines)
        {
            var host = line.Replace(".*", ".com", StringComparison.Ordinal);
            Assert.True(HostName.Normalise(host) == host, line);
            Assert.True(FreeMail.Default.Contains(host), line);
        }
    }
}
