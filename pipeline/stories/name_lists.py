"""Names that news takes for granted and does not explain, by name key; written by hand.

Everything else must show in the text what it is. A name stands here when a reader of the news knows
it without being told, and when it has one kind.
"""

from __future__ import annotations

from pipeline.stories.profile import GENERIC_NAMES


def _phrases(text: str) -> frozenset[str]:
    """Return the phrases between semicolons."""
    return frozenset(" ".join(phrase.split()) for phrase in text.split(";"))


ORG_WORDS = frozenset(
    """
    ab ag agency ai airlines airways alliance association authority bank board brothers bureau bv
    capital cloud club co college commission committee company computing corp corporation council
    court data department dynamics energy federation foundation fund gmbh group holdings hospital
    inc industries institute institution instruments insurance lab laboratories laboratory labs
    limited llc logistics ltd media metrics ministry motors networks office organisation
    organization partners party petroleum pharma pharmaceuticals plc police research robotics sa
    school securities semiconductor semiconductors society software studios systems technologies
    technology therapeutics union university ventures wire
    """.split()
)
"""The last words of organisations' names, or the first where `of` follows (`Bank of …`)."""
LEGAL_WORDS = frozenset(
    """
    ab ag bv co company corp corporation gmbh group holdings inc limited llc ltd plc sa
    """.split()
)
"""Words that name the same organisation when they are left out, whoever it is."""
ORGS = frozenset(
    """
    aarp aclu adobe aig airbnb airbus aldi alibaba allianz alphabet amazon amd amtrak anthropic
    apple aramco arm asml astrazeneca at&t atlassian autodesk baidu barclays basf bayer bbc binance
    blackrock blackstone bloomberg bmw bnp boeing boj bosch bp broadcom bundesbank bundestag
    bytedance caltech cargill caterpillar cbs centene cern chevron cia cigna cisa cisco citigroup
    cloudera cloudflare cnn cohere coinbase comcast confluent coreweave costco crowdstrike darpa
    databricks datadog deepmind deepseek dell deloitte discord disney docusign doj doordash duolingo
    ebay ecb eleutherai elsevier embraer endesa enron epa equifax equinix ericsson esa espn etsy
    europol eurostat expedia experian exxonmobil fbi fcc fda fedex fema ferrari fidelity fifa figma
    ford foxconn ftc gartner gazprom gchq geico getty glencore glovo gm goldman google grammarly
    groupon hamas hashicorp heineken hershey hezbollah hitachi honda hp hsbc huawei humana hyundai
    iaea ibm ice ikea imf infosys instacart intel interpol intuit irs isis jpmorgan juul kering
    klarna kpmg kremlin langchain lego lenovo lg linode lloyds lmsys lockheed logitech lufthansa
    lukoil lululemon lvmh lyft maersk marriott mastercard mattel mckinsey mediatek merck meta micron
    microsoft midjourney mit mitsubishi moderna monsanto monzo mozilla msnbc naacp nasa nasdaq nato
    nba nbc nestlé netapp nfl nhl nhs nhtsa nike nintendo nissan nist nokia nordstrom novartis nra
    nsa ntsb nubank nutanix nvidia nypd oecd okta oneplus opec openai openrouter oracle osha
    palantir panasonic paypal peloton pentagon pepsico perplexity petrobras peugeot pfizer philips
    pinduoduo pirelli pixar politico porsche pwc qualcomm rakuten raytheon renault replit reuters
    revolut rheinmetall rivian robinhood roche rosneft runway ryanair sainsbury salesforce samsung
    sandisk sanofi sap schlumberger seagate sec sega sequoia shein shopify siemens snowflake
    softbank solarwinds sony spacex stanford starbucks stellantis stripe subaru supabase suzuki
    taliban tata tencent teradata tesco tesla thales toshiba totalenergies toyota tsa tsmc twilio
    uber ubisoft ubs unesco unhcr unicef unilever uniqlo upwork usda usps vatican venmo vercel
    verizon viacom visa vmware vodafone volkswagen volvo wada walmart wayfair waymo wework wikimedia
    wipro wirecard workday wto xai xerox xiaomi yandex yelp zalando zillow zoominfo zscaler zte
    zynga
    """.split()
) | _phrases(
    """
    al qaeda; american airlines; bank of america; bank of england; black forest labs;
    cambridge analytica; chick fil a; credit suisse; democratic party; deutsche bank;
    european central bank; european commission; european parliament; federal reserve; fox news;
    general electric; general motors; goldman sachs; google deepmind; hewlett packard; hobby lobby;
    house of commons; house of representatives; hugging face; islamic state; jpmorgan chase;
    lockheed martin; mcdonald s; meta ai; mistral ai; morgan stanley; new york times; nous research;
    planned parenthood; procter gamble; red cross; red hat; republican party; rolls royce; scale ai;
    secret service; securities and exchange commission; sk hynix; stability ai; state department;
    tea party; together ai; united airlines; united nations; wall street journal; washington post;
    weights biases; wells fargo; world health organization; y combinator
    """
)
"""Organisations."""
PUBLISHERS = frozenset(
    """
    abc afp ap axios bbc bloomberg breitbart buzzfeed cbs cnbc cnn espn forbes fox guardian huffpost
    msnbc nbc npr nyt pbs politico reuters techcrunch twitter verge wapo wired wsj
    """.split()
) | _phrases(
    """
    abc news; associated press; cbs news; daily beast; daily mail; financial times; fox business;
    fox news; fox news sunday; huffington post; los angeles times; nbc news; new york post;
    new york times; new yorker; ny times; the information; usa today; wall street journal;
    washington post; washington times
    """
)
"""Who reports: named as witnesses in stories on others."""
PRODUCTS = frozenset(
    """
    airpods alexa android azure bedrock bing chatgpt chrome chromeos claude codex copilot cortana
    debian docker dropbox duckdb edge excel facebook fedora firebase firefox gemini gemma github
    gitlab gmail grok homepod hulu instagram ios ipad ipados iphone ipod java javascript jenkins
    kafka kotlin kubernetes linux llama llamaindex macbook macos messenger mixtral mongodb mysql
    netflix nginx node.js numpy ollama openoffice outlook photoshop playstation postgresql
    powerpoint python pytorch qwen reddit redis roomba rust safari sharepoint signal siri skype
    slack snapchat sora spotify sqlite starlink steam swift telegram tensorflow tiktok tinder
    trainium twitch twitter typescript ubuntu vllm vscode whatsapp wikipedia windows wordpress xbox
    xcode youtube zoom
    """.split()
)
"""Products: programs, services, machines."""
PLACES = frozenset(
    """
    afghanistan africa alabama alaska albania aleppo algeria america amsterdam angola antarctica
    argentina arizona arkansas armenia asia athens atlanta austin australia austria azerbaijan
    baghdad bahamas bahrain bali bangalore bangkok bangladesh barcelona bavaria beijing beirut
    belarus belfast belgium benghazi berlin birmingham bolivia bosnia boston botswana brazil bremen
    bristol britain brooklyn brussels bucharest budapest bulgaria cairo california cambodia
    cambridge cameroon canada caracas caribbean catalonia charleston charlotte charlottesville
    chicago chile china chongqing cincinnati cleveland cologne colombia colombo colorado columbus
    connecticut copenhagen crimea croatia cuba cyprus czechia dallas damascus delaware delhi denmark
    denver detroit donetsk dresden dubai dublin durham earth ecuador edinburgh egypt england eritrea
    estonia ethiopia eu europe eurozone finland florida france frankfurt fukushima gaza geneva
    georgia germany ghana glasgow greece greenland grenoble guangdong guangzhou guantanamo guatemala
    guinea haiti hamburg hangzhou hanoi havana hawaii helsinki hiroshima honduras houston hungary
    hyderabad iceland idaho illinois india indiana indianapolis indonesia iowa iran iraq ireland
    israel istanbul italy jakarta jamaica japan jerusalem johannesburg jordan jupiter kabul kandahar
    kansas karachi kashmir kazakhstan kentucky kenya kharkiv kiev korea kosovo kuwait kyiv kyoto
    lagos lahore laos latvia lebanon leeds leipzig libya lisbon lithuania london louisiana
    louisville luxembourg lyon macedonia madagascar madrid maine malaysia mali malta manchester
    manhattan manila mariupol mars marseille maryland massachusetts mecca medellin melbourne memphis
    mexico miami michigan milan milwaukee minneapolis minnesota mississippi missouri moldova monaco
    mongolia montana montreal moon morocco moscow mosul mozambique mumbai munich myanmar nairobi
    namibia nanjing nantes naples nashville nebraska nepal neptune netherlands nevada newark
    nicaragua niger nigeria norway odessa ohio okinawa oklahoma oman ontario oregon orlando osaka
    oslo ottawa oxford pakistan palermo palestine panama paraguay paris pennsylvania persia peru
    philadelphia philippines phoenix pittsburgh pluto poland portland porto portugal prague
    pyongyang qatar quebec raleigh riyadh romania rome rotterdam russia rwanda sacramento salisbury
    salzburg saturn scotland seattle senegal seoul serbia shanghai shenzhen siberia sicily sinai
    singapore slovakia slovenia sochi somalia spain stockholm stuttgart sudan surrey sussex sweden
    switzerland sydney syria taipei taiwan tanzania tbilisi tehran tennessee texas thailand tianjin
    tibet tokyo toronto tripoli tucson tunisia turin turkey tuscany uae uganda uk ukraine uranus
    uruguay us usa utah utrecht uzbekistan valencia vancouver venezuela venice venus vermont vienna
    vietnam virginia wales warsaw washington wisconsin wuhan wyoming xian xinjiang yemen yokohama
    yorkshire zambia zimbabwe zurich
    """.split()
) | _phrases(
    """
    abu dhabi; baton rouge; bay area; british columbia; buenos aires; cape town; capitol hill;
    costa rica; district of columbia; east coast; eastern europe; el paso; el salvador;
    european union; fort worth; gaza strip; great britain; guantanamo bay; ho chi minh city;
    hong kong; ivory coast; kansas city; las vegas; latin america; long beach; long island;
    los angeles; mexico city; middle east; new delhi; new england; new hampshire; new jersey;
    new mexico; new orleans; new york; new york city; new zealand; north africa; north america;
    north carolina; north dakota; north korea; northern ireland; papua new guinea; puerto rico;
    rhode island; rio de janeiro; saint louis; salt lake city; san antonio; san bernardino;
    san diego; san francisco; san jose; sao paulo; saudi arabia; sierra leone; silicon valley;
    south africa; south america; south carolina; south dakota; south korea; south sudan;
    southeast asia; soviet union; sri lanka; st louis; st petersburg; tel aviv;
    united arab emirates; united kingdom; united states; west bank; west coast; west virginia;
    western europe
    """
)
"""Countries, states, regions, large cities and planets."""
PLACE_WORDS = frozenset(
    """
    airport avenue bay beach boulevard bridge canal city coast county desert district garden gardens
    heights highway hill hills hotel island islands lake mountain mountains ocean park peninsula
    plaza province river road sea square street tower valley village
    """.split()
)
"""Last words of the names of places."""
WORK_WORDS = frozenset(
    """
    accord act agreement amendment award awards bench benchmark bill caucus census championship
    championships clause code conference constitution convention crisis cup dataset day deal debate
    declaration eval exam festival forum games hackathon index international law league marathon
    memo month movement olympiad olympics open order pact papers policy primary prize protocol push
    race rally regulation report resolution rule rules scandal show spring state summit survey tour
    tournament treaty trial voting war week weekend winter world year
    """.split()
)
"""Last words of the names of laws, events, prizes, tests and writings."""
NUMBERED_WORDS = frozenset(
    """
    act amendment area article chapter class day episode figure fiscal flight form formula fortune
    grade group highway interstate level no number page part phase prop proposition resolution room
    round route rule sb season section series stage step super table tier title top type unit volume
    web week
    """.split()
)
"""First words of what is numbered and no product: `Section 230`, `Flight 370`."""
FIRST_NAMES = frozenset(
    """
    aaron abdul abigail abraham adam adrian agnes ahmed alan albert alec alejandro alex alexander
    alexandra alexandria ali alice alison allen amanda amir amy ana anders andre andrea andrej
    andrew andy angela anil anita ann anna anne annie anthony antonin antonio ari arjun arnold
    arthur arvind ashley ashton barack barbara barry beatrice ben benjamin bernard bernie bert beth
    betsy bill billy bob bobby boris brad bradley brandon brenda brendan brett brian bruce bryan
    caitlin cameron camille carl carla carlos carly carmen carol caroline catherine cathy cecilia
    charles charlie charlotte chelsea chen cheryl chester chloe chris christian christina christine
    christopher chuck cindy claire clara clarence claudia colin connor craig cristina curtis cynthia
    dan dana daniel danielle danny daphne dario darrell darren dave david dean debbie deborah demis
    denis denise dennis derek diana diane dick diego dmitri dominic don donald donna doris dorothy
    doug douglas duncan dwight dylan earl ed eddie edgar edith eduardo edward edwin eileen elaine
    eleanor elena eli elias elijah elise elizabeth ella ellen elliot elliott elon emil emily emma
    emmanuel enrique eric erica erik erin ernest ethan eugene eva evan evelyn felix fernando fiona
    florence floyd frances francesca francis francisco francois frank fred frederick gabriel gail
    gareth gary gavin gene geoff geoffrey georg george gerald gerard gilbert gina giovanni glenn
    gloria gordon grace graham greg gregory guido guillermo gustav guy hannah hans harold harriet
    harry harvey hassan heather hector heidi helen helena henrik henry herbert herman hillary holly
    howard hugh hugo ian ibrahim ignacio igor ilya imran ingrid irene isaac isabel isabella ivan
    jack jacob jacqueline jacques jaime jake james jamie jan jane janet janice jared jason javier
    jay jean jeanne jeb jeff jeffrey jen jennifer jenny jens jensen jeremy jerome jerry jesse
    jessica jill jim jimmy joan joanna joe joel johan johanna john johnny jon jonas jonathan jordan
    jorge jose joseph josh joshua joyce juan judith judy julia julian julie julien justin kamala
    karen karin karl kate katherine kathleen kathryn kathy katie katrin kay keith kelly ken kenneth
    kerry kevin khalid kim kirk kirsten klaus kris kristen kristin kumar kurt kyle lance larry lars
    laura lauren laurie lawrence leah lee leigh lena leo leon leonard leonardo leroy leslie lester
    lewis liam lily linda lindsay lindsey linus lisa liz liza lloyd lois loretta lori louis louise
    lucas lucia lucy luis luke lynn madeleine maggie malcolm manuel marc marcel marco marcus
    margaret maria marie marilyn mario marion mark marsha marta martha martin marvin mary mateo matt
    matteo matthew maureen maurice max maxine maya megan mehdi melanie melissa meredith michael
    michel michele michelle miguel mike mikhail milton miriam mitch mitchell mitt mohamed mohammad
    mohammed molly monica muhammad murray nadia nancy naomi natalia natalie nathan nathaniel neil
    nelson newt nicholas nick nicolas nicole nigel nikki nikolai nina noah noam noel nora norman
    olga oliver olivia omar orrin oscar otto owen pablo pam pamela pat patricia patrick patty paul
    paula pauline pedro peggy penny perry pete peter petra phil philip philippe phillip phyllis
    pierre priya rachel rafael rahul raj ralph ramon rand randy raul ray raymond rebecca reggie reid
    rene renee rex ricardo richard rick ricky rita rob robert roberta roberto robin rodney roger
    roland ron ronald ronnie rosa rose ross roy ruben rudolph rudy rupert russell ruth ryan sabrina
    sally salman sam samantha samir samuel sandra sandy sanjay sara sarah satya scott sean sebastian
    serena sergei sergey sergio seth shane shannon sharon shaun shawn sheila shelly sheryl shirley
    sidney silvia simon simone sofia sonia sonya sophia sophie stacey stacy stan stanley stefan
    stella stephanie stephen steve steven stewart stuart sue sundar susan suzanne sven sylvia tamara
    tammy tara taylor ted teresa terrence terry thelma theodore theresa thomas tiffany tim timothy
    tina toby todd tom tommy toni tony tracy travis trevor tyler ulrich ursula valerie vanessa vera
    vernon veronica vicki victor victoria viktor vincent virgil vivek vivian vladimir wade wallace
    walter wanda warren wayne wendell wendy werner wesley whitney wilhelm will william willie
    wolfgang xavier xi yann yolanda yoshua yuri yusuf yvonne zachary zoe
    """.split()
)
"""First names: what begins with one is a person."""
WORKS = frozenset(
    """
    acl aider aime ama ces cvpr davos eccv emnlp frontiermath gdpr gpqa gsm8k hellaswag humaneval
    icassp iccv iclr icml ijcai imo ioi livebench lmarena mmlu mmmu neurips nips obamacare siggraph
    swe-bench swebench sxsw winogrande wwdc
    """.split()
) | _phrases(
    """
    chatbot arena; i o; super bowl; world cup
    """
)
"""Tests, conferences and laws that are named without a word that says so."""
INSTITUTIONS = frozenset(
    """
    congress parliament scotus senate
    """.split()
) | _phrases(
    """
    supreme court; us senate; us supreme court; white house
    """
)
"""Organisations that one follows and never is a customer of."""
NO_NAMES = (
    INSTITUTIONS
    | GENERIC_NAMES
    | frozenset(
        """
        2fa 3d 4k 5g afghan afghans african-americans agi al alzheimer ama amazonian americans ar
        arab arabs arr arxiv asians b2b b2c bf16 bitcoin britons c2 capt catholic catholics
        caucasian chechen christian christians christmas cli co2 col communist communists
        conservative conservatives covid crispr css cuban cve ddos democrat democratic democrats dna
        e2e east easter eastern egyptian elo email ethereum europeans ev evangelical evs federal
        fp16 fp4 fp8 g20 g7 g8 gen gen1 gop gov government h1 h1n1 h2 h5n1 h5n8 halloween hindu
        hispanic hispanics hiv house int4 int8 internet iot ip ipo ipv4 ipv6 iraqi iraqis islam
        islamic islamist israelis jewish jews jpeg jr kurdish kurds l1 l2 l3 labour latino latinos
        lgbt lgbtq libertarian libyan lt marxist mcp md5 medicaid medicare mexicans mlp moe mormon
        mp3 mp4 mri mrna muslim muslims nazi nazis nfc nft nfts north northern ocr oss ota p2p
        pakistani palestinian palestinians png pov qa qr ramadan readme rep republican republicans
        rev rl rlhf rna russians s1 s2 sars saudi saudis sen sft sgt shia shiite socialist sota
        south southern soviet sr sri ssh sso sunni svg swe syrian syrians t1 texan texans
        thanksgiving tls twit ui usb ux venezuelan vpn vr web2 web3 webgpu west western wifi x xr
        y2k yankee
        """.split()
    )
    | _phrases(
        """
        big tech; covid 19; k 12; main street; national association; national committee; pm2 5;
        sars cov 2; sha 256; soc 2; social security; wall street; wi fi
        """
    )
) - PLACES
"""Written like names, but of kinds of things, of peoples, faiths and regions."""
