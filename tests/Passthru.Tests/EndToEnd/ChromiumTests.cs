using Passthru.Facts;
using Passthru.Tests.Support;

namespace Passthru.Tests.EndToEnd;

/// <summary>The page in a real browser: of a small host, of a huge one, and of one with the ACS override.</summary>
public sealed class ChromiumTests(WrittenHosts hosts)
{
    /// <summary>Every text against what is behind it, as WCAG 2.2 (1.4.3) has it: 4.5 to 1, 3 to 1 where it is large.</summary>
    private const string TooFaint = """
        (() => {
          const numbers = color => color.match(/[\d.]+/g).map(Number);
          const light = color => { const [r, g, b] = numbers(color).map(c => c / 255).map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
          const behind = element => { for (let it = element; it; it = it.parentElement) { const color = getComputedStyle(it).backgroundColor; if (numbers(color)[3] !== 0) return color; } return 'rgb(255, 255, 255)'; };
          const faint = [];
          for (const element of document.body.querySelectorAll('*')) {
            if (![...element.childNodes].some(child => child.nodeType === 3 && child.data.trim())) continue;
            const style = getComputedStyle(element), size = parseFloat(style.fontSize);
            const [a, b] = [light(style.color), light(behind(element))].sort((x, y) => y - x);
            const enough = size >= 24 || (size >= 18.66 && style.fontWeight >= 600) ? 3 : 4.5;
            if ((a + .05) / (b + .05) < enough) faint.push(element.className + ': ' + element.textContent.trim().slice(0, 40));
          }
          return faint.slice(0, 5).join('; ');
        })()
        """;

    /// <summary>Elements that reach out of the window.</summary>
    private const string TooWide = """
        document.documentElement.scrollWidth <= document.documentElement.clientWidth ? '' :
          [...document.body.querySelectorAll('*')].filter(it => it.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
            .slice(0, 5).map(it => it.tagName + '.' + it.className + ': ' + it.textContent.trim().slice(0, 40)).join('; ')
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("small")]
    [InlineData("huge")]
    [InlineData("pve-acs-override")]
    [InlineData("unprivileged")]
    public async Task The_page_fits_is_legible_asks_for_nothing_and_nothing_complains(string host)
    {
        await using var browser = await Chromium.Start(Cancel);
        await using var server = await ServedPage.Of(Facts(host));
        foreach (var width in new[] { 1280, 400 })
        {
            foreach (var scheme in new[] { "light", "dark" })
            {
                await browser.Open($"{server.Address}/", width, scheme, Cancel);
                await Look(browser, width, $"{host}-{width}-{scheme}");
                await browser.Evaluate("document.querySelectorAll('details').forEach(it => it.open = true)", Cancel);
                await Look(browser, width, $"{host}-{width}-{scheme}-open");
                Assert.All(browser.Requests, request => Assert.True(request == $"{server.Address}/" || request == "data:,", request));
                Assert.Empty(browser.Complaints);
            }
        }
    }

    [Fact]
    public async Task The_page_can_be_read_and_walked_without_eyes_and_mouse()
    {
        await using var browser = await Chromium.Start(Cancel);
        await using var server = await ServedPage.Of(TopologyHosts.Small());
        await browser.Open($"{server.Address}/", 1280, "light", Cancel);
        Assert.Equal("en", (string?)await browser.Evaluate("document.documentElement.lang", Cancel));
        Assert.Equal(1, (int?)await browser.Evaluate("document.querySelectorAll('h1').length", Cancel));
        Assert.Equal(0, (int?)await browser.Evaluate("[...document.querySelectorAll('section')].filter(it => !document.getElementById(it.getAttribute('aria-labelledby'))).length", Cancel));
        Assert.Equal(0, (int?)await browser.Evaluate("[...document.querySelectorAll('table')].filter(it => !it.caption || !it.querySelector('th[scope=col]')).length", Cancel));
        Assert.Equal(0, (int?)await browser.Evaluate("[...document.querySelectorAll('a[href^=\"#\"]')].filter(it => !document.getElementById(it.hash.slice(1))).length", Cancel));
        Assert.Equal(0, (int?)await browser.Evaluate("document.querySelectorAll('[id]').length - new Set([...document.querySelectorAll('[id]')].map(it => it.id)).size", Cancel));
    }

    private HostFacts Facts(string host) => host switch
    {
        "small" => TopologyHosts.Small(),
        "huge" => TopologyHosts.Huge(),
        _ => Read.Facts(hosts.Files(host)),
    };

    /// <summary>Leaves a picture for people beside what the build made.</summary>
    private static async Task Look(Chromium browser, int width, string name)
    {
        var directory = Directory.CreateDirectory(Path.Join(Golden.Repository, "artifacts/screenshots"));
        await File.WriteAllBytesAsync(Path.Join(directory.FullName, $"{name}.png"), await browser.Picture(width, Cancel), Cancel);
        Assert.Equal("", (string?)await browser.Evaluate(TooWide, Cancel));
        Assert.Equal("", (string?)await browser.Evaluate(TooFaint, Cancel));
    }
}
