/** The passwords attackers try first, lower-cased: published rankings, English and Chinese keyboards, words of a login form. */
export const commonPasswords: ReadonlySet<string> = new Set(
  `
  123456 1234567 12345678 123456789 1234567890 0123456789 01234567 012345 123123 123123123 12341234 123321 1234321 12344321
  1234554321 123454321 654321 7654321 87654321 987654321 9876543210 0987654321 098765 111222 112233 11223344 1122334455
  121212 12121212 131313 101010 232323 252525 147258 147258369 147852 147852369 159357 159753 159951 258456 258369 741852
  741852963 789456 789456123 456789 456123 456456 789789 852456 951753 963852741 142536 135790 246810 102030 123654
  123654789 12369874 123789 135246 147147 159159 168168 188188 198198 200000 200888 520520 520131 5201314 1314520 521521
  52013144 584520 5211314 7758521 7758258 110110 110120 119119 120120 123000 123888 123666 10086 100861 1008611 12306
  123456a 123456q 123456abc 123456789a 123456aa 12345678a 12345a 1234567a 1q2w3e 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx
  1qaz2wsx3edc 1qazxsw2 1qaz@wsx 1qaz!qaz 1q1q1q 1a2b3c 1a2b3c4d 12qwaszx 123qwe 123qweasd 123qwe123 123asd 123abc 1234qwer
  12345qwert 1234abcd 123123a 123321a 123456! 1234567! 12345678! 123456789! 123456. 123456789. 123456qwe 123456qwerty
  a12345 a123456 a1234567 a12345678 a123456789 aa123456 aa12345678 aaa123456 a1b2c3 a1b2c3d4 ab123456 abc123 abc1234
  abc12345 abc123456 abc123456789 abcabc abcd123 abcd1234 abcd12345 abcdef abcdefg abcdefgh abcdefghi abcde12345 q123456
  q123456789 q1w2e3 q1w2e3r4 q1w2e3r4t5 qaz123 qaz123456 qazqaz qazwsx qazwsx123 qazwsxedc qazxsw qweasd qweasdzxc qweqwe
  qweqwe123 qwe123 qwe123456 qwe123qwe qwer123 qwer1234 qwert1 qwert123 qwert12345 qwerty qwerty1 qwerty12 qwerty123
  qwerty1234 qwerty12345 qwerty123456 qwerty! qwertyu qwertyui qwertyuiop qwertyuiop123 qqqqqq qq123456 qq123123 zaq12wsx
  zaq1zaq1 zaqwsx zxasqw zxc123 zxcasd zxcasdqwe zxcvbn zxcvbnm zxcvbnm1 zxcvbnm123 zxczxc z123456 zz123456 w123456
  asd123 asd123456 asdasd asdasd123 asdf123 asdf1234 asdfasdf asdfgh asdfgh1 asdfghj asdfghjk asdfghjkl asdfghjkl1 asdqwe
  asdqwe123 poiuyt poiuytrewq lkjhgf lkjhgfdsa mnbvcx mnbvcxz 
  password password0 password01 password1 password12 password123 password1234 password12345 password2 password! password1!
  password@123 password.1 passw0rd passw0rd1 passw0rd! p@ssw0rd p@ssword p@ssword1 p@ssw0rd1 p@ssw0rd123 p@$$w0rd pa55word
  pa$$word passpass passwd passwort passport pass123 pass1234 pass12345 passer password! mypassword newpassword oldpassword
  yourpassword thepassword motdepasse contrasena mima123 mima123456 woaini woaini123 woaini520 woaini521 woaini1314
  woaiwojia woaini123456 wodemima nihao123 nihaoma wangyang wanglei zhangwei zhang123 wang123 wang1234 li123456 caonima
  admin1 admin12 admin123 admin1234 admin12345 admin123456 admin@123 admin888 admin666 admin! admin!23 admin01 adminadmin
  administrator administrator1 root123 root1234 root123456 rootroot toor123 superuser supervisor sysadmin system system123
  manager manager1 master master1 master123 default default1 changeme changeme1 changeme123 change-me changeit letmein
  letmein1 letmein123 letmein! welcome welcome1 welcome12 welcome123 welcome1234 welcome@123 welcome2024 welcome2025 login123
  loginlogin secret secret1 secret123 secrets temp123 temp1234 temppass temporary test12 test123 test1234 test12345
  test123456 testtest tester testing testing1 testing123 testpass test@123 demo123 demo1234 demo123456 demodemo user123
  user1234 user123456 useruser username username1 guest123 guest1234 guestguest public123 private access access14 accounts
  server server123 oracle oracle123 mysql123 postgres postgres1 internet internet1 computer computer1 samsung samsung1
  iphone huawei huawei123 xiaomi alibaba tencent google google123 facebook twitter youtube minecraft pokemon pokemon1
  iloveyou iloveyou1 iloveyou2 iloveyou! iloveu iloveme loveme loveyou lovely lovelove love123 lover1 loveme1 truelove
  princess princess1 sunshine sunshine1 flower flowers rainbow butterfly angel1 angel123 angels babygirl babygirl1 baby123
  football football1 football123 baseball baseball1 basketball soccer soccer1 hockey hockey1 golfer liverpool liverpool1
  chelsea chelsea1 arsenal arsenal1 barcelona realmadrid juventus manchester manutd yankees cowboys lakers eagles steelers
  monkey monkey1 monkey123 dragon dragon1 dragon123 tigger tigger1 tiger123 eagle1 shadow shadow1 buster bailey ginger
  cookie cookie1 pepper peanut banana orange purple yellow silver golden diamond crystal summer summer1 summer123 winter
  winter1 winter123 spring autumn summer2024 summer2025 winter2024 winter2025 spring2024 spring2025 autumn2024 january
  february october november december monday friday sunday freedom freedom1 forever forever1 whatever whatever1 nothing
  trustno1 superman superman1 batman batman1 batman123 spiderman starwars startrek matrix ninja123 samurai warrior
  hunter hunter1 hunter2 killer killer1 killer123 hacker hacker123 ranger thunder phoenix maverick mercedes ferrari porsche
  corvette mustang mustang1 harley yamaha suzuki honda1 nissan toyota
  michael michael1 jessica jessica1 jordan jordan1 jordan23 charlie charlie1 charles daniel daniel1 matthew andrew andrea
  anthony joshua joshua1 ashley ashley1 amanda amanda1 michelle michelle1 nicole nicole1 jennifer jennifer1 thomas thomas1
  robert robert1 william william1 george george1 jasmine hannah samantha taylor martin maggie sophie victoria alexander
  alexandra alexis patrick richard ronaldo ronaldo7 messi10 christian vanessa melissa natasha sabrina dennis austin
  hello1 hello12 hello123 hello1234 hellohello helloworld hello! goodluck goodbye fuckyou fuckyou1 fuckme fuckoff asshole
  bitch1 bullshit pussy1 sexy123 sexsex blink182 metallica nirvana slipknot eminem naruto naruto1 sasuke pikachu
  donald trump1 america america1 canada london paris1 berlin germany france england russia china123 beijing shanghai
  jesus1 jesus123 christ heaven blessed blessing family family1 friends friends1 mother father brother sister mommy1
  daddy1 babies1 chocolate chocolat cheese coffee cupcake pizza1 merlin gandalf wizard mickey snoopy scooby garfield
  abc@123 abc@1234 aa@123456 aa123456. a123456. a123456! a123456@ qwe@123 qwerty@123 test@1234 root@123 user@123
  123@abc 1234@abcd 123!@# 123!@#qwe !@#123 !@#$%^ !@#$%^& !@#$%^&* !qaz2wsx !qaz@wsx zaq!2wsx 1qaz2wsx! qwer1234! qwer!234
  password2020 password2021 password2022 password2023 password2024 password2025 password2026 correcthorsebatterystaple
  `
    .trim()
    .split(/\s+/),
);
