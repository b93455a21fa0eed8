// The strip of days is wider than a phone: bring the chosen day into sight.
document.querySelector(".daystrip [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
